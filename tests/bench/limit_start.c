/* limit_start - does nothing, with the product's libraries loaded: the least that a start costs. */
int main(void)
{
    return 0;
}

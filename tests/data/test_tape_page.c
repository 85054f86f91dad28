/* data/TAPE.md: the tape that it explains byte by byte is the one that the writer writes today. */
#include "tests/data/tape_world.h"

/* Two trades: 61800.30 x 0.006 bought at 1723161256322 ms, 61800.2 x 0.1 sold 22 ms later. */
static void write_example(void)
{
    struct error error;
    uint16_t number = 0;
    const struct tape_stream stream = {.symbol = "BTCUSDT",
                                       .origin = "cerberus-trades",
                                       .kind = TAPE_TRADE,
                                       .style = TAPE_PRICE_FIXED | TAPE_SIZE_FIXED | TAPE_TIME_MS,
                                       .price_decimals = 2,
                                       .size_decimals = 3,
                                       .first_us = 1723161256322000,
                                       .last_us = 1723161256344000,
                                       .count = 2,
                                       .receive_min_ns = -1233823633};
    const struct tape_record records[2] = {{.time_us = 1723161256322000,
                                            .receive_ns = 1723161255088176367,
                                            .sequence = 1001,
                                            .kind = TAPE_TRADE,
                                            .flags = TAPE_BUY | TAPE_RECEIVED,
                                            .v = {61800300000000000, 6, 0, 0}},
                                           {.time_us = 1723161256344000,
                                            .receive_ns = 1723161255113230567,
                                            .sequence = 1002,
                                            .kind = TAPE_TRADE,
                                            .flags = TAPE_RECEIVED,
                                            .v = {61800200000000000, 100, 0, 0}}};
    error_init(&error);
    struct tape_writer *writer = must_create(false);
    assert_true(tape_add_stream(writer, &stream, &number, &error));
    assert_true(tape_add(writer, &records[0], &error) && tape_add(writer, &records[1], &error));
    must_finish(writer);
}

static void the_example_is_what_the_writer_writes(void **state)
{
    (void)state;
    size_t length = 0, page_length = 0;
    char command[PATH_MAX + 128];
    write_example();
    (void)snprintf(command, sizeof(command), "od -A d -t x1z %s >%s/od", tape_path, folder);
    assert_int_equal(system(command), 0);
    (void)snprintf(tape_path, sizeof(tape_path), "%s/od", folder);
    char *dump = (char *)file_bytes(tape_path, &length);
    char *page = (char *)file_bytes("data/TAPE.md", &page_length);
    dump[length] = page[page_length] = '\0';
    if (strstr(page, dump) == NULL) {
        (void)fputs(dump, stderr);
        fail_msg("data/TAPE.md does not show what the writer writes, as above");
    }
    free(dump);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_example_is_what_the_writer_writes, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

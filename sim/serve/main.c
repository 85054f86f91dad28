/* cerberus-exchange: the mock exchange behind a venue's protocol; what `cerberus-sim serve` runs. */
#include "sim/serve/server.h"

int main(int argc, char **argv)
{
    return serve_main(argc, argv);
}

#include "core/verdict.h"

struct verdict_row {
    const char *code, *control, *sentence;
};

static const struct verdict_row rows[VERDICT_COUNT] = {
#define VERDICT_ROW(name, control, sentence) {#name, control, sentence},
    VERDICTS(VERDICT_ROW)
#undef VERDICT_ROW
};

static const struct verdict_row *row_of(int verdict)
{
    static const struct verdict_row unknown = {"?", "?", "?"};
    return verdict >= 0 && verdict < VERDICT_COUNT ? &rows[verdict] : &unknown;
}

const char *verdict_code(int verdict)
{
    return row_of(verdict)->code;
}

const char *verdict_control(int verdict)
{
    return row_of(verdict)->control;
}

const char *verdict_sentence(int verdict)
{
    return row_of(verdict)->sentence;
}

bool verdict_approved(enum verdict verdict)
{
    return verdict == VERDICT_APPROVED || verdict == VERDICT_CLOSE_APPROVED;
}

#include "tests/oracles/oracle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"

enum { NUMBER_BYTES = 64, PATH_BYTES = 1024 };

static void judge_case(struct oracle *self, const json_t *item, oracle_judge judge)
{
    self->item = item;
    self->inputs = json_object_get(item, "inputs");
    self->expected = json_object_get(item, "expected");
    self->reason = NULL;
    enum oracle_answer answer = judge(self);
    self->cases[answer]++;
    if (answer == ORACLE_FAILED) {
        print_message("FAILED %s\n", json_string_value(json_object_get(item, "id")));
    }
    for (size_t i = 0; self->reason != NULL && i < ARRAY_COUNT(self->reasons); i++) {
        if (self->reasons[i] == NULL || strcmp(self->reasons[i], self->reason) == 0) {
            self->reasons[i] = self->reason;
            self->reason_cases[i]++;
            break;
        }
    }
}

static void print_line(const struct oracle *self)
{
    print_message("%-55s %3d passed", self->name, self->cases[ORACLE_PASSED]);
    if (self->cases[ORACLE_FAILED] > 0) {
        print_message(", %d FAILED", self->cases[ORACLE_FAILED]);
    }
    if (self->cases[ORACLE_NEXT_ISSUE] > 0) {
        print_message(", %d next issue", self->cases[ORACLE_NEXT_ISSUE]);
    }
    if (self->cases[ORACLE_NOT_OFFERED] > 0) {
        print_message(", %d not offered", self->cases[ORACLE_NOT_OFFERED]);
    }
    for (size_t i = 0; i < ARRAY_COUNT(self->reasons) && self->reasons[i] != NULL; i++) {
        print_message("%s %d: %s", i == 0 ? " -" : ";", self->reason_cases[i], self->reasons[i]);
    }
    print_message("\n");
}

bool oracle_run(struct oracle *self, const char *folder, const char *name, oracle_judge judge)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/oracles/%s.json", folder, name);
    if (length < 0 || length >= (int)sizeof path) {
        return false;
    }
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    if (file == NULL) {
        print_message("%s:%d: %s\n", path, error.line, error.text);
        return false;
    }
    *self = (struct oracle){.name = name, .file = file};
    size_t index = 0;
    json_t *item = NULL;
    json_array_foreach(json_object_get(file, "cases"), index, item)
    {
        judge_case(self, item, judge);
    }
    print_line(self);
    json_decref(file);
    self->file = NULL;
    return true;
}

enum oracle_answer oracle_not_offered(struct oracle *self, const char *reason)
{
    self->reason = reason;
    return ORACLE_NOT_OFFERED;
}

int64_t oracle_scaled(const json_t *value, unsigned scale)
{
    char text[NUMBER_BYTES] = "";
    if (json_is_string(value)) {
        (void)snprintf(text, sizeof text, "%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        (void)snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        (void)snprintf(text, sizeof text, "%.15g", json_real_value(value));
    }
    int64_t scaled = 0;
    enum decimal_status status = decimal_parse(text, strlen(text), scale, &scaled);
    if (status != DECIMAL_OK) {
        fail_msg("'%s' at scale %u: %s", text, scale, decimal_status_text(status));
    }
    return scaled;
}

int64_t oracle_input(const struct oracle *self, const char *key, unsigned scale)
{
    return oracle_scaled(json_object_get(self->inputs, key), scale);
}

int64_t oracle_fixed(const struct oracle *self, const char *key, unsigned scale)
{
    return oracle_scaled(json_object_get(json_object_get(self->file, "fixed_inputs"), key), scale);
}

const char *oracle_text(const struct oracle *self, const char *key)
{
    const char *text = json_string_value(json_object_get(self->inputs, key));
    return text == NULL ? "" : text;
}

bool oracle_flag(const struct oracle *self, const char *key)
{
    return json_is_true(json_object_get(self->inputs, key));
}

double oracle_double(const json_t *value)
{
    if (json_is_string(value)) {
        return strtod(json_string_value(value), NULL);
    }
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

double oracle_expected(const struct oracle *self, const char *key)
{
    return oracle_double(json_object_get(self->expected, key));
}

enum oracle_answer oracle_close(const struct oracle *self,
                                const char *what,
                                double actual,
                                double expected,
                                double relative,
                                double absolute)
{
    bool equal =
        isnan(expected)
            ? isnan(actual) != 0
            : (isinf(expected) ? isinf(actual) != 0 && (actual > 0) == (expected > 0)
                               : fabs(actual - expected) <= absolute + relative * fabs(expected));
    if (!equal) {
        print_message("%s: %s is %.15g, expected %.15g\n",
                      json_string_value(json_object_get(self->item, "id")), what, actual, expected);
    }
    return equal ? ORACLE_PASSED : ORACLE_FAILED;
}

enum oracle_answer oracle_both(enum oracle_answer first, enum oracle_answer second)
{
    return first == ORACLE_FAILED ? first : second;
}

#pragma once
#include <gd.h>
#include <stdarg.h>

static inline void kontor_gd_ignore(int priority, const char *format, va_list arguments) {
    (void)priority;
    (void)format;
    (void)arguments;
}

/* By default libgd writes what it finds wrong with a picture to standard error; here the picture is refused instead. */
static inline void kontor_gd_be_quiet(void) { gdSetErrorMethod(kontor_gd_ignore); }

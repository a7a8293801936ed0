#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Libraries that bring dozens of others along cost every start and every idle server, and are needed when somebody uploads a
 * picture, when a mail goes out, or where the database is PostgreSQL. They are not linked, but loaded by the first call. Their functions are called by their name with
 * `late_` before it; without, the program does not link.
 *
 *     KONTOR_LATE_LIBRARY(gd, "libgd.so.3")
 *     KONTOR_LATE(gd, int, gdImageGetTrueColorPixel, (gdImagePtr image, int x, int y), (image, x, y))
 */
static inline void *kontor_late(void **library, const char *file, const char *name) {
    void *loaded = __atomic_load_n(library, __ATOMIC_ACQUIRE);
    if (loaded == NULL) {
        loaded = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
        if (loaded != NULL) __atomic_store_n(library, loaded, __ATOMIC_RELEASE);
    }
    void *function = loaded == NULL ? NULL : dlsym(loaded, name);
    if (function == NULL) {
        fprintf(stderr, "kontor: %s cannot be used: %s\n", file, dlerror());
        abort();
    }
    return function;
}

#define KONTOR_LATE_LIBRARY(library, file)                            \
    static inline void *kontor_late_##library(const char *name) {     \
        static void *loaded = NULL;                                   \
        return kontor_late(&loaded, file, name);                      \
    }

/* Each is looked up once: some are called for every pixel. */
#define KONTOR_LATE(library, result, name, parameters, arguments)                  \
    static inline result late_##name parameters {                                  \
        static result(*found) parameters = NULL;                                   \
        result(*function) parameters = __atomic_load_n(&found, __ATOMIC_ACQUIRE);  \
        if (function == NULL) {                                                    \
            function = (result(*) parameters)kontor_late_##library(#name);         \
            __atomic_store_n(&found, function, __ATOMIC_RELEASE);                  \
        }                                                                          \
        return function arguments;                                                 \
    }

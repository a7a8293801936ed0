#pragma once
#include "../CLate/late.h"
#include <gd.h>
#include <stdarg.h>

/* Most of what libgd brings along is for formats that nobody may upload: ten megabytes of every idle server. */
KONTOR_LATE_LIBRARY(gd, "libgd.so.3")

KONTOR_LATE(gd, gdImagePtr, gdImageCreateTrueColor, (int width, int height), (width, height))
KONTOR_LATE(gd, gdImagePtr, gdImageCreateFromPngPtr, (int size, void *data), (size, data))
KONTOR_LATE(gd, gdImagePtr, gdImageCreateFromJpegPtrEx, (int size, void *data, int ignore), (size, data, ignore))
KONTOR_LATE(gd, gdImagePtr, gdImageCreateFromWebpPtr, (int size, void *data), (size, data))
KONTOR_LATE(gd, int, gdImagePaletteToTrueColor, (gdImagePtr image), (image))
KONTOR_LATE(gd, void, gdImageDestroy, (gdImagePtr image), (image))
KONTOR_LATE(gd, int, gdImageGetTrueColorPixel, (gdImagePtr image, int x, int y), (image, x, y))
KONTOR_LATE(gd, void, gdImageSetPixel, (gdImagePtr image, int x, int y, int color), (image, x, y, color))
KONTOR_LATE(
    gd, void, gdImageFilledRectangle, (gdImagePtr image, int x1, int y1, int x2, int y2, int color),
    (image, x1, y1, x2, y2, color))
KONTOR_LATE(
    gd, void, gdImageCopyResampled,
    (gdImagePtr to, gdImagePtr from, int to_x, int to_y, int from_x, int from_y, int to_w, int to_h, int from_w, int from_h),
    (to, from, to_x, to_y, from_x, from_y, to_w, to_h, from_w, from_h))
KONTOR_LATE(gd, void, gdImageAlphaBlending, (gdImagePtr image, int on), (image, on))
KONTOR_LATE(gd, void, gdImageSaveAlpha, (gdImagePtr image, int on), (image, on))
KONTOR_LATE(gd, void *, gdImagePngPtr, (gdImagePtr image, int *size), (image, size))
KONTOR_LATE(gd, void *, gdImageJpegPtr, (gdImagePtr image, int *size, int quality), (image, size, quality))
KONTOR_LATE(gd, void, gdFree, (void *data), (data))
KONTOR_LATE(gd, void, gdSetErrorMethod, (gdErrorMethod method), (method))

static inline void kontor_gd_ignore(int priority, const char *format, va_list arguments) {
    (void)priority;
    (void)format;
    (void)arguments;
}

/* By default libgd writes what it finds wrong with a picture to standard error; here the picture is refused instead. */
static inline void kontor_gd_be_quiet(void) { late_gdSetErrorMethod(kontor_gd_ignore); }

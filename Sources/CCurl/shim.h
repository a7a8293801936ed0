#pragma once
#include "../CLate/late.h"
#include <curl/curl.h>

/* HTTP, mail, SSH, LDAP, and a library for each: not before the first mail goes out. */
KONTOR_LATE_LIBRARY(curl, "libcurl.so.4")

KONTOR_LATE(curl, CURLcode, curl_global_init, (long flags), (flags))
KONTOR_LATE(curl, CURL *, curl_easy_init, (void), ())
KONTOR_LATE(curl, CURLcode, curl_easy_perform, (CURL *handle), (handle))
KONTOR_LATE(curl, void, curl_easy_cleanup, (CURL *handle), (handle))
KONTOR_LATE(curl, const char *, curl_easy_strerror, (CURLcode code), (code))
KONTOR_LATE(
    curl, struct curl_slist *, curl_slist_append, (struct curl_slist *list, const char *text), (list, text))
KONTOR_LATE(curl, void, curl_slist_free_all, (struct curl_slist *list), (list))

/* These two take any arguments, which cannot be handed on. */
#define late_curl_easy_setopt ((CURLcode(*)(CURL *, CURLoption, ...))kontor_late_curl("curl_easy_setopt"))
#define late_curl_easy_getinfo ((CURLcode(*)(CURL *, CURLINFO, ...))kontor_late_curl("curl_easy_getinfo"))

// curl_easy_setopt and curl_easy_getinfo take any number of arguments of any type, which Swift cannot call: here they are
// with the types that each option wants.

static inline void kontor_curl_text(CURL *handle, CURLoption option, const char *text) {
    late_curl_easy_setopt(handle, option, text);
}

static inline void kontor_curl_number(CURL *handle, CURLoption option, long number) {
    late_curl_easy_setopt(handle, option, number);
}

static inline void kontor_curl_encryption(CURL *handle, curl_usessl encryption) {
    late_curl_easy_setopt(handle, CURLOPT_USE_SSL, (long)encryption);
}

static inline void kontor_curl_recipients(CURL *handle, struct curl_slist *recipients) {
    late_curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
}

/// Where the message comes from, and how many bytes it has.
static inline void kontor_curl_reader(CURL *handle, curl_read_callback reader, void *context, curl_off_t count) {
    late_curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
    late_curl_easy_setopt(handle, CURLOPT_READDATA, context);
    late_curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, count);
}

/// Who hears each line that the server says.
static inline void kontor_curl_replies(CURL *handle, curl_write_callback listener, void *context) {
    late_curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, listener);
    late_curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/// The last reply code, 0 where there was none.
static inline long kontor_curl_response(CURL *handle) {
    long code = 0;
    late_curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

static inline void kontor_curl_headers(CURL *handle, struct curl_slist *headers) {
    late_curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

/// What is sent; the bytes stay where they are until the transfer is over.
static inline void kontor_curl_body(CURL *handle, const void *bytes, curl_off_t count) {
    late_curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
    late_curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes);
}

/// Who hears the answer.
static inline void kontor_curl_answer(CURL *handle, curl_write_callback listener, void *context) {
    late_curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, listener);
    late_curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

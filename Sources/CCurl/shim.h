#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any number of arguments of any type, which Swift cannot call: here they are
// with the types that each option wants.

static inline void kontor_curl_text(CURL *handle, CURLoption option, const char *text) {
    curl_easy_setopt(handle, option, text);
}

static inline void kontor_curl_number(CURL *handle, CURLoption option, long number) {
    curl_easy_setopt(handle, option, number);
}

static inline void kontor_curl_encryption(CURL *handle, curl_usessl encryption) {
    curl_easy_setopt(handle, CURLOPT_USE_SSL, (long)encryption);
}

static inline void kontor_curl_recipients(CURL *handle, struct curl_slist *recipients) {
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
}

/// Where the message comes from, and how many bytes it has.
static inline void kontor_curl_reader(CURL *handle, curl_read_callback reader, void *context, curl_off_t count) {
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
    curl_easy_setopt(handle, CURLOPT_READDATA, context);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, count);
}

/// Who hears each line that the server says.
static inline void kontor_curl_replies(CURL *handle, curl_write_callback listener, void *context) {
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, listener);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/// The last reply code, 0 where there was none.
static inline long kontor_curl_response(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

static inline void kontor_curl_headers(CURL *handle, struct curl_slist *headers) {
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

/// What is sent; the bytes stay where they are until the transfer is over.
static inline void kontor_curl_body(CURL *handle, const void *bytes, curl_off_t count) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes);
}

/// Who hears the answer.
static inline void kontor_curl_answer(CURL *handle, curl_write_callback listener, void *context) {
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, listener);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

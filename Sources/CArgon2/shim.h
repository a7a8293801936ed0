#pragma once
#include <argon2.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/*
 * libargon2 asks for its memory and gives it back at every call, so the kernel clears and maps tens of megabytes each time.
 * Here every thread keeps its block until kontor_argon2_release; libargon2 itself wipes it after use.
 */
static _Thread_local uint8_t *kontor_argon2_block = NULL;
static _Thread_local size_t kontor_argon2_length = 0;

static inline void kontor_argon2_release(void) {
    if (kontor_argon2_block != NULL) munmap(kontor_argon2_block, kontor_argon2_length);
    kontor_argon2_block = NULL;
    kontor_argon2_length = 0;
}

static inline int kontor_argon2_holds_memory(void) { return kontor_argon2_block != NULL; }

static inline int kontor_argon2_allocate(uint8_t **memory, size_t length) {
    if (kontor_argon2_length < length) {
        kontor_argon2_release();
        void *block = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) return ARGON2_MEMORY_ALLOCATION_ERROR;
#ifdef MADV_HUGEPAGE
        /* The access is random by design: with large pages it misses the address cache far less. Only a wish. */
        madvise(block, length, MADV_HUGEPAGE);
#endif
        kontor_argon2_block = (uint8_t *)block;
        kontor_argon2_length = length;
    }
    *memory = kontor_argon2_block;
    return ARGON2_OK;
}

static inline void kontor_argon2_keep(uint8_t *memory, size_t length) {
    (void)memory;
    (void)length;
}

/* Argon2id, version 0x13, on the calling thread alone, however many lanes. Answers an ARGON2_… code. */
static inline int kontor_argon2id(
    uint8_t *digest, uint32_t digest_length, uint8_t *password, uint32_t password_length, uint8_t *salt,
    uint32_t salt_length, uint32_t memory_kib, uint32_t iterations, uint32_t lanes
) {
    argon2_context context;
    memset(&context, 0, sizeof context);
    context.out = digest;
    context.outlen = digest_length;
    context.pwd = password;
    context.pwdlen = password_length;
    context.salt = salt;
    context.saltlen = salt_length;
    context.t_cost = iterations;
    context.m_cost = memory_kib;
    context.lanes = lanes;
    context.threads = 1;
    context.version = ARGON2_VERSION_13;
    context.allocate_cbk = kontor_argon2_allocate;
    context.free_cbk = kontor_argon2_keep;
    context.flags = ARGON2_DEFAULT_FLAGS;
    return argon2_ctx(&context, Argon2_id);
}

/* Whether two runs of bytes are the same, in a time that does not tell where they differ. */
static inline int kontor_same_bytes(const uint8_t *left, const uint8_t *right, size_t length) {
    volatile uint8_t difference = 0;
    for (size_t index = 0; index < length; index++) difference = difference | (uint8_t)(left[index] ^ right[index]);
    return difference == 0;
}

/* Overwrites a secret in a way that the compiler may not leave out. */
static inline void kontor_wipe(void *bytes, size_t length) {
    volatile uint8_t *byte = (volatile uint8_t *)bytes;
    while (length-- > 0) *byte++ = 0;
}

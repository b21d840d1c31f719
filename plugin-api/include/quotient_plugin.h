/*
 * The table between Quotient and a plugin, version 1.0, for C11 and C++17.
 *
 * A plugin is a shared library that exports one function, qp_plugin_entry_v1, and carries one note in the
 * section QP_NOTE_SECTION. The bytes that cross are messages of quotient/plugin/v1/plugin.proto.
 *
 * Owner:    inputs are borrowed until the slot returns. Output goes only into the sink that is given, which
 *           copies. An instance belongs to the plugin and is freed by destroy, once, when no call is in it.
 * Threads:  catalog, offers, self_test and health are called from any thread, at once. create and destroy
 *           never overlap with a call on the same instance.
 * Lifetime: qp_host and qp_plugin live as long as the process; qp_call and qp_sink as long as one call.
 * Panics:   nothing unwinds across the table, neither way. What is caught is answered with QP_PANIC.
 * Versions: a minor version appends at the tail or adds an extension id; a reader copies no more than
 *           struct_size bytes. A major version is another entry function.
 */
#ifndef QUOTIENT_PLUGIN_H
#define QUOTIENT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QP_ABI_MAJOR 1
#define QP_ABI_MINOR 0
#define QP_SCHEMA 1
#define QP_TABLE_MAGIC UINT32_C(0x31305051)
#define QP_NOTE_MAGIC { 'Q', 'P', 'N', 'O', 'T', 'E', 0, 1 }

#if defined(_WIN32)
#define QP_EXPORT __declspec(dllexport)
#define QP_NOTE_SECTION ".qpnote"
#elif defined(__APPLE__)
#define QP_EXPORT __attribute__((visibility("default")))
#define QP_NOTE_SECTION "__DATA,__qp_note"
#else
#define QP_EXPORT __attribute__((visibility("default")))
#define QP_NOTE_SECTION ".qp_note"
#endif

#if defined(__GNUC__)
#define QP_NOTE __attribute__((used, section(QP_NOTE_SECTION)))
#endif

/* What a slot answers. An unknown number is read as QP_INTERNAL. */
typedef int32_t qp_status;
enum {
  QP_OK = 0,              /* the sink holds the answer */
  QP_INVALID = 1,         /* the input can be read and makes no sense */
  QP_UNKNOWN_PRODUCT = 2, /* the library does not have this product */
  QP_UNSUPPORTED = 3,     /* a level or a feature that the plugin does not speak */
  QP_UNAVAILABLE = 4,     /* what the plugin needs is not there now */
  QP_DEADLINE = 5,        /* the time was over */
  QP_INTERNAL = 6,        /* a fault in the plugin */
  QP_MALFORMED = 7,       /* the input cannot be decoded */
  QP_PANIC = 8            /* a panic was caught; the instance is not called again */
};
/* With any but QP_OK the sink holds a PluginError, or nothing. */

/* Flags of a plugin. */
#define QP_F_UNWINDS UINT32_C(1)         /* no panic or exception ends the process: it is answered with 8 */
#define QP_F_PURE_CPU UINT32_C(2)        /* slots compute only: no waiting, no input or output */
#define QP_F_OWN_THREADS UINT32_C(4)     /* starts threads of its own, which quiesce stops */
#define QP_F_MANAGED_RUNTIME UINT32_C(8) /* brings a managed runtime, such as Go's */

/* Flags of a call. */
#define QP_CALL_SELF_TEST UINT32_C(1)

/* What remaining_ns answers when there is no deadline. */
#define QP_NO_DEADLINE_NS UINT64_MAX

/* Levels of a log line. */
enum { QP_LOG_ERROR = 1, QP_LOG_WARN = 2, QP_LOG_INFO = 3, QP_LOG_DEBUG = 4, QP_LOG_TRACE = 5 };

/* Borrowed bytes. {NULL, 0} is empty. Texts are UTF-8 without a final zero. */
typedef struct qp_slice {
  const uint8_t *ptr;
  size_t len;
} qp_slice;

/* Where output goes. write copies, takes 1 MiB at most in all, and answers non-zero to stop. */
typedef struct qp_sink {
  void *ctx;
  int32_t (*write)(void *ctx, const uint8_t *ptr, size_t len);
} qp_sink;

/* What a plugin may know of the call that it is in. */
typedef struct qp_call {
  uint32_t struct_size;
  uint32_t flags;
  uint8_t trace_id[16]; /* zeroes: none */
  uint8_t span_id[8];
  void *host;                                       /* the host's own */
  uint64_t (*remaining_ns)(const struct qp_call *); /* 0: stop, late or given up */
} qp_call;

/* What the host offers. Every function may be called from any thread. */
typedef struct qp_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  void *ctx; /* the host's own, handed back as the first argument */
  int32_t (*log_enabled)(void *ctx, uint32_t level, qp_slice target);
  /* fields: "key=value" words, may be empty */
  void (*log)(void *ctx, const qp_call *call_or_null, uint32_t level, qp_slice target, qp_slice message,
              qp_slice fields);
  const void *(*extension)(void *ctx, qp_slice id); /* such as "qp.metrics/1"; NULL: not offered */
} qp_host;

/* A product that the plugin has opened; only the plugin knows what it is. */
typedef struct qp_instance qp_instance;

/* What a plugin offers: a static table. */
typedef struct qp_plugin {
  uint32_t struct_size;
  uint32_t magic; /* QP_TABLE_MAGIC */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint32_t flags; /* as in the note */
  qp_slice build; /* for messages */
  /* The core five, never NULL. */
  qp_status (*describe)(const qp_sink *out);                                                   /* Description */
  qp_status (*create)(const qp_host *host, const qp_call *call, qp_slice config, qp_instance **out,
                      const qp_sink *err);                                                     /* InstanceConfig */
  qp_status (*catalog)(qp_instance *self, const qp_call *call, const qp_sink *out);            /* Catalog */
  qp_status (*offers)(qp_instance *self, const qp_call *call, qp_slice request,
                      const qp_sink *out);                                                     /* OffersRequest, -Response */
  void (*destroy)(qp_instance *self);
  /* Optional from here: NULL, or left out of struct_size. */
  qp_status (*self_test)(qp_instance *self, const qp_call *call, const qp_sink *out);          /* Health */
  qp_status (*health)(qp_instance *self, const qp_call *call, const qp_sink *out);             /* Health */
  void (*quiesce)(void);
  const void *(*extension)(qp_slice id);
} qp_plugin;

/* The note, which the host reads before it runs any of the plugin's code. */
typedef struct qp_note {
  uint8_t magic[8]; /* QP_NOTE_MAGIC */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint32_t schema; /* QP_SCHEMA */
  uint32_t flags;  /* as in the table */
  char build[44];  /* for messages; zeroes fill the end */
} qp_note;

/* NULL: refused, and the reason is logged. May be called more than once. */
QP_EXPORT const qp_plugin *qp_plugin_entry_v1(const qp_host *host);

#ifdef __cplusplus
}
#define QP_ASSERT(what) static_assert(what, #what)
#else
#define QP_ASSERT(what) _Static_assert(what, #what)
#endif

#define QP_ASSERT_AT(type, field, offset) QP_ASSERT(offsetof(type, field) == (offset))
#define QP_ASSERT_SIZE(type, size) QP_ASSERT(sizeof(type) == (size))

#if UINTPTR_MAX == UINT64_MAX
QP_ASSERT_SIZE(qp_slice, 16);
QP_ASSERT_AT(qp_slice, ptr, 0);
QP_ASSERT_AT(qp_slice, len, 8);
QP_ASSERT_SIZE(qp_sink, 16);
QP_ASSERT_AT(qp_sink, ctx, 0);
QP_ASSERT_AT(qp_sink, write, 8);
QP_ASSERT_SIZE(qp_call, 48);
QP_ASSERT_AT(qp_call, struct_size, 0);
QP_ASSERT_AT(qp_call, flags, 4);
QP_ASSERT_AT(qp_call, trace_id, 8);
QP_ASSERT_AT(qp_call, span_id, 24);
QP_ASSERT_AT(qp_call, host, 32);
QP_ASSERT_AT(qp_call, remaining_ns, 40);
QP_ASSERT_SIZE(qp_host, 40);
QP_ASSERT_AT(qp_host, struct_size, 0);
QP_ASSERT_AT(qp_host, abi_major, 4);
QP_ASSERT_AT(qp_host, abi_minor, 6);
QP_ASSERT_AT(qp_host, ctx, 8);
QP_ASSERT_AT(qp_host, log_enabled, 16);
QP_ASSERT_AT(qp_host, log, 24);
QP_ASSERT_AT(qp_host, extension, 32);
QP_ASSERT_SIZE(qp_plugin, 104);
QP_ASSERT_AT(qp_plugin, struct_size, 0);
QP_ASSERT_AT(qp_plugin, magic, 4);
QP_ASSERT_AT(qp_plugin, abi_major, 8);
QP_ASSERT_AT(qp_plugin, abi_minor, 10);
QP_ASSERT_AT(qp_plugin, flags, 12);
QP_ASSERT_AT(qp_plugin, build, 16);
QP_ASSERT_AT(qp_plugin, describe, 32);
QP_ASSERT_AT(qp_plugin, create, 40);
QP_ASSERT_AT(qp_plugin, catalog, 48);
QP_ASSERT_AT(qp_plugin, offers, 56);
QP_ASSERT_AT(qp_plugin, destroy, 64);
QP_ASSERT_AT(qp_plugin, self_test, 72);
QP_ASSERT_AT(qp_plugin, health, 80);
QP_ASSERT_AT(qp_plugin, quiesce, 88);
QP_ASSERT_AT(qp_plugin, extension, 96);
#endif
QP_ASSERT_SIZE(qp_note, 64);
QP_ASSERT_AT(qp_note, magic, 0);
QP_ASSERT_AT(qp_note, abi_major, 8);
QP_ASSERT_AT(qp_note, abi_minor, 10);
QP_ASSERT_AT(qp_note, schema, 12);
QP_ASSERT_AT(qp_note, flags, 16);
QP_ASSERT_AT(qp_note, build, 20);

#undef QP_ASSERT
#undef QP_ASSERT_AT
#undef QP_ASSERT_SIZE

#endif /* QUOTIENT_PLUGIN_H */

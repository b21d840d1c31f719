/* A plugin in C with a short table, and one fault at a time: the test defines which, as ROGUE_... */
#include "quotient_plugin.h"

#ifndef ROGUE_NOTE_MAJOR
#define ROGUE_NOTE_MAJOR QP_ABI_MAJOR
#endif
#ifndef ROGUE_TABLE_MAJOR
#define ROGUE_TABLE_MAJOR QP_ABI_MAJOR
#endif
#ifndef ROGUE_SCHEMA
#define ROGUE_SCHEMA QP_SCHEMA
#endif
#ifndef ROGUE_TABLE_MAGIC
#define ROGUE_TABLE_MAGIC QP_TABLE_MAGIC
#endif
#ifndef ROGUE_FLAGS
#define ROGUE_FLAGS (QP_F_UNWINDS | QP_F_PURE_CPU)
#endif
#ifndef ROGUE_TABLE_FLAGS
#define ROGUE_TABLE_FLAGS ROGUE_FLAGS
#endif
#ifndef ROGUE_LEVEL
#define ROGUE_LEVEL 1
#endif
/* One byte each, because the lengths stand before them in the messages. */
#ifndef ROGUE_PLUGIN_ID
#define ROGUE_PLUGIN_ID 'c'
#endif
#ifndef ROGUE_PRODUCT_ID
#define ROGUE_PRODUCT_ID 'p'
#endif
#ifndef ROGUE_TABLE_SIZE
#define ROGUE_TABLE_SIZE offsetof(qp_plugin, self_test)
#endif

#ifndef ROGUE_NO_NOTE
QP_NOTE static const qp_note note = {
    QP_NOTE_MAGIC, ROGUE_NOTE_MAJOR, QP_ABI_MINOR, ROGUE_SCHEMA, ROGUE_FLAGS, "a test in C"};
#endif

struct qp_instance {
  int alive;
};
static struct qp_instance only = {0};

static qp_status write_all(const qp_sink *out, const uint8_t *bytes, size_t len) {
  return out->write(out->ctx, bytes, len) == 0 ? QP_OK : QP_INTERNAL;
}

static qp_status describe(const qp_sink *out) {
#ifdef ROGUE_GARBAGE_DESCRIPTION
  static const uint8_t bytes[] = {0xff, 0xff, 0xff};
#else
  /* Description { plugin_id, version: "1.0.0", kernel_level, products: [{ product_id }] } */
  static const uint8_t bytes[] = {0x0a, 1,    ROGUE_PLUGIN_ID, 0x12, 5, '1',  '.', '0', '.',
                                  '0',  0x18, ROGUE_LEVEL,     0x22, 3, 0x0a, 1,   ROGUE_PRODUCT_ID};
#endif
  return write_all(out, bytes, sizeof bytes);
}

static qp_status create(const qp_host *host, const qp_call *call, qp_slice config, qp_instance **out,
                        const qp_sink *err) {
  (void)host;
  (void)call;
  (void)config;
  (void)err;
#ifdef ROGUE_HANG
  for (;;) {
  }
#endif
#ifndef ROGUE_NO_INSTANCE
  only.alive = 1;
  *out = &only;
#endif
  return QP_OK;
}

static qp_status catalog(qp_instance *self, const qp_call *call, const qp_sink *out) {
  /* Catalog { vendor_id: "v", product_id } */
  static const uint8_t bytes[] = {0x0a, 1, 'v', 0x1a, 1, ROGUE_PRODUCT_ID};
  (void)self;
  (void)call;
  return write_all(out, bytes, sizeof bytes);
}

static qp_status offers(qp_instance *self, const qp_call *call, qp_slice request, const qp_sink *out) {
  (void)self;
  (void)call;
#if defined(ROGUE_ENDLESS)
  static const uint8_t block[4096] = {0};
  while (out->write(out->ctx, block, sizeof block) == 0) {
  }
  return QP_OK;
#elif defined(ROGUE_GARBAGE)
  static const uint8_t bytes[] = {0xff, 0xff, 0xff};
  return write_all(out, bytes, sizeof bytes);
#elif defined(ROGUE_EMPTY)
  return out->write(out->ctx, NULL, 0) == 0 ? QP_OK : QP_INTERNAL;
#elif defined(ROGUE_STATUS)
  /* PluginError { text: "no\n" } */
  static const uint8_t bytes[] = {0x0a, 3, 'n', 'o', '\n'};
  write_all(out, bytes, sizeof bytes);
  return ROGUE_STATUS;
#else
  /* OffersResponse { decline { kind: contact sales, text: "<bytes of the request>" } } */
  uint8_t bytes[] = {0x12, 5, 0x08, 3, 0x12, 1, '0'};
  bytes[6] = (uint8_t)('0' + request.len % 10);
  return write_all(out, bytes, sizeof bytes);
#endif
}

static void destroy(qp_instance *self) { self->alive = 0; }

#ifdef ROGUE_SICK
static qp_status self_test(qp_instance *self, const qp_call *call, const qp_sink *out) {
  /* Health { ok: false, text: "ill" } */
  static const uint8_t bytes[] = {0x12, 3, 'i', 'l', 'l'};
  (void)self;
  if (call->flags != QP_CALL_SELF_TEST || call->remaining_ns(call) == 0) {
    return QP_INTERNAL;
  }
  return write_all(out, bytes, sizeof bytes);
}
#endif

static const qp_plugin plugin = {
    ROGUE_TABLE_SIZE,
    ROGUE_TABLE_MAGIC,
    ROGUE_TABLE_MAJOR,
    QP_ABI_MINOR,
    ROGUE_TABLE_FLAGS,
    {(const uint8_t *)"C", 1},
    describe,
    create,
    catalog,
#ifdef ROGUE_NULL_SLOT
    NULL,
#else
    offers,
#endif
    destroy,
#ifdef ROGUE_SICK
    self_test,
#else
    /* Behind a short table: never to be read. */
    (qp_status(*)(qp_instance *, const qp_call *, const qp_sink *))1,
#endif
    NULL,
    NULL,
    NULL,
};

#ifdef ROGUE_NO_ENTRY
const qp_plugin *another_entry(const qp_host *host);
const qp_plugin *another_entry(const qp_host *host) {
#else
const qp_plugin *qp_plugin_entry_v1(const qp_host *host) {
#endif
#ifdef ROGUE_REFUSES
  static const char text[] = "too old a host";
  qp_slice message = {(const uint8_t *)text, sizeof text - 1}, none = {NULL, 0};
  host->log(host->ctx, NULL, QP_LOG_ERROR, none, message, none);
  return NULL;
#else
  (void)host;
  return &plugin;
#endif
}

/* A vendor in C: 7 US dollars a named seat and month. It needs quotient_plugin.h and nothing else; what little of
   protobuf an answer takes is written here by hand, field by field as in quotient/plugin/v1/plugin.proto. */
#include "quotient_plugin.h"

#include <string.h>

#define FLAGS (QP_F_UNWINDS | QP_F_PURE_CPU)

QP_NOTE static const qp_note note = {QP_NOTE_MAGIC, QP_ABI_MAJOR, QP_ABI_MINOR, QP_SCHEMA, FLAGS, "C11"};

static const char product_id[] = "fixed-price";
static const char price[] = "7";

/* What is written; `full` says that it did not fit. All messages here are far smaller. */
typedef struct text {
  uint8_t bytes[1024];
  size_t len;
  int full;
} text;

static void put(text *to, const void *bytes, size_t len) {
  if (len > sizeof to->bytes - to->len) {
    to->full = 1;
    return;
  }
  memcpy(to->bytes + to->len, bytes, len);
  to->len += len;
}

static void put_varint(text *to, uint64_t value) {
  do {
    uint8_t byte = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    put(to, &byte, 1);
    value >>= 7;
  } while (value != 0);
}

static void number(text *to, uint32_t field, uint64_t value) {
  put_varint(to, (uint64_t)field << 3);
  put_varint(to, value);
}

static void bytes(text *to, uint32_t field, const void *from, size_t len) {
  put_varint(to, (uint64_t)field << 3 | 2);
  put_varint(to, len);
  put(to, from, len);
}

static void string(text *to, uint32_t field, const char *from) { bytes(to, field, from, strlen(from)); }

static void message(text *to, uint32_t field, const text *from) {
  to->full |= from->full;
  bytes(to, field, from->bytes, from->len);
}

static qp_status answer(const qp_sink *out, const text *from) {
  return from->full == 0 && out->write(out->ctx, from->bytes, from->len) == 0 ? QP_OK : QP_INTERNAL;
}

static qp_status fault(const qp_sink *out, qp_status status, const char *why) {
  text error = {.len = 0};
  string(&error, 1, why);
  (void)answer(out, &error);
  return status;
}

/* One field of a message; what is left stays in `from`. */
typedef struct field {
  uint32_t number;
  uint32_t kind;
  uint64_t value;
  qp_slice bytes;
} field;

static int get_varint(qp_slice *from, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 64 && from->len > 0; shift += 7) {
    uint8_t byte = *from->ptr;
    from->ptr += 1;
    from->len -= 1;
    *value |= (uint64_t)(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      return 1;
    }
  }
  return 0;
}

static int get(qp_slice *from, field *to) {
  uint64_t key = 0;
  if (!get_varint(from, &key)) {
    return 0;
  }
  to->number = (uint32_t)(key >> 3);
  to->kind = (uint32_t)(key & 7);
  size_t len = 0;
  switch (to->kind) {
  case 0:
    return get_varint(from, &to->value);
  case 1:
    len = 8;
    break;
  case 2: {
    uint64_t said = 0;
    if (!get_varint(from, &said) || said > from->len) {
      return 0;
    }
    len = (size_t)said;
    break;
  }
  case 5:
    len = 4;
    break;
  default:
    return 0;
  }
  if (len > from->len) {
    return 0;
  }
  to->bytes = (qp_slice){from->ptr, len};
  from->ptr += len;
  from->len -= len;
  return 1;
}

struct qp_instance {
  int nothing; /* the price is a constant, so there is nothing to keep */
};
static struct qp_instance only = {0};

static qp_status describe(const qp_sink *out) {
  text product = {.len = 0}, library = {.len = 0};
  string(&product, 1, product_id);
  string(&library, 1, "fixed-price");
  string(&library, 2, "1.0.0");
  number(&library, 3, 1); /* kernel_level */
  message(&library, 4, &product);
  return answer(out, &library);
}

static qp_status create(const qp_host *host, const qp_call *call, qp_slice config, qp_instance **out,
                        const qp_sink *err) {
  (void)host;
  (void)call;
  field one, inner;
  int known = 0;
  while (config.len > 0) {
    if (!get(&config, &one)) {
      return fault(err, QP_MALFORMED, "the configuration is no message");
    }
    if (one.number != 2 || one.kind != 2) {
      continue;
    }
    while (one.bytes.len > 0) { /* product */
      if (!get(&one.bytes, &inner)) {
        return fault(err, QP_MALFORMED, "the product is no message");
      }
      if (inner.number == 1 && inner.kind == 2) {
        known = inner.bytes.len == strlen(product_id) && memcmp(inner.bytes.ptr, product_id, inner.bytes.len) == 0;
      } else if (inner.number == 2) {
        return fault(err, QP_INVALID, "found a sheet, expected none: the price is in the program");
      }
    }
  }
  if (!known) {
    return fault(err, QP_UNKNOWN_PRODUCT, "found another product, expected fixed-price");
  }
  *out = &only;
  return QP_OK;
}

static void label(text *to, uint32_t field, const char *id, const char *name) {
  text one = {.len = 0};
  string(&one, 1, id);
  string(&one, 2, name);
  message(to, field, &one);
}

static qp_status catalog(qp_instance *self, const qp_call *call, const qp_sink *out) {
  (void)self;
  (void)call;
  text revision = {.len = 0}, all = {.len = 0};
  string(&revision, 1, "fixed_price.c");
  string(&revision, 2, "2026-11"); /* as_of */
  string(&all, 1, "c-vendor");
  string(&all, 2, "A vendor in C");
  string(&all, 3, product_id);
  string(&all, 4, "Fixed price");
  label(&all, 7, "all", "Everything");
  label(&all, 8, "monthly", "by the month");
  string(&all, 9, "USD");
  message(&all, 10, &revision);
  string(&all, 11, "per_unit");
  return answer(out, &all);
}

static qp_status offers(qp_instance *self, const qp_call *call, qp_slice request, const qp_sink *out) {
  (void)self;
  if (call->remaining_ns(call) == 0) {
    return fault(out, QP_DEADLINE, "no time is left");
  }
  /* What is asked for does not change what is offered: whoever needs seats pays for them. */
  uint64_t level = 0;
  field one;
  while (request.len > 0) {
    if (!get(&request, &one)) {
      return fault(out, QP_MALFORMED, "the request is no message");
    }
    if (one.number == 1 && one.kind == 0) {
      level = one.value;
    }
  }
  if (level != 1) {
    return fault(out, QP_UNSUPPORTED, "found another level, expected 1");
  }
  text decimal = {.len = 0}, range = {.len = 0}, unit_price = {.len = 0};
  string(&decimal, 1, price);
  message(&range, 1, &decimal); /* low */
  message(&range, 2, &decimal); /* high: the same, so it is exact */
  message(&unit_price, 1, &range);
  text seats = {.len = 0}, rule = {.len = 0};
  number(&seats, 1, 1); /* SEAT_BASIS_NAMED */
  string(&rule, 1, "seats_named");
  message(&rule, 6, &seats);
  text charge = {.len = 0};
  string(&charge, 1, "seat");
  string(&charge, 2, "Seat");
  number(&charge, 3, 1); /* CHARGE_CATEGORY_RECURRING */
  message(&charge, 4, &rule);
  message(&charge, 6, &unit_price);
  number(&charge, 10, 2); /* PRICE_CYCLE_MONTH */
  number(&charge, 20, 3); /* CONFIDENCE_LIST */
  number(&charge, 21, 0); /* its source */
  text source = {.len = 0};
  string(&source, 1, "fixed_price.c");
  string(&source, 2, "2026-11");
  string(&source, 4, "price");
  string(&source, 5, "https://example.com/pricing");
  number(&source, 6, 3);
  text terms = {.len = 0};
  number(&terms, 4, 1); /* an invoice each month */
  text offer = {.len = 0}, list = {.len = 0}, response = {.len = 0};
  label(&offer, 1, "all", "Everything");
  label(&offer, 2, "monthly", "by the month");
  string(&offer, 3, "USD");
  message(&offer, 4, &charge);
  message(&offer, 5, &terms);
  message(&offer, 11, &source);
  message(&list, 1, &offer);
  message(&response, 1, &list);
  return answer(out, &response);
}

static void destroy(qp_instance *self) { (void)self; }

static const qp_plugin plugin = {
    .struct_size = sizeof(qp_plugin),
    .magic = QP_TABLE_MAGIC,
    .abi_major = QP_ABI_MAJOR,
    .abi_minor = QP_ABI_MINOR,
    .flags = FLAGS,
    .build = {(const uint8_t *)"C11", 3},
    .describe = describe,
    .create = create,
    .catalog = catalog,
    .offers = offers,
    .destroy = destroy,
};

const qp_plugin *qp_plugin_entry_v1(const qp_host *host) {
  (void)host;
  return &plugin;
}

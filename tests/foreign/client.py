"""A client that is not ours: grpcio, with every message learned from the server by reflection.

    python client.py PROGRAM [ARGUMENT...]

starts `PROGRAM serve` on a free port, asks it everything, stops it, and exits with 1 on any surprise.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import traceback

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

# Some of what is compared.
COMPARED = ["aihecong", "amazon-connect", "dynamics-365-contact-center", "tencent-qidian"]
SERVICES = ["quotient.v1.QuotingService", "quotient.v1.CatalogService", "grpc.health.v1.Health"]
# Seconds; far more than any answer takes.
PATIENCE = 60

TEN_PEOPLE = {
    "pricingDate": {"year": 2026, "month": 11, "day": 22},
    "startDate": {"year": 2026, "month": 12, "day": 1},
    "currencyCode": "USD",
    "seats": [{"role": "agent", "named": {"values": [{"value": "10"}]}}],
    "demand": [
        {
            "id": "calls",
            "channel": "CHANNEL_VOICE",
            "direction": "DIRECTION_INBOUND",
            "contacts": {"values": [{"value": "1000"}]},
            "meanSeconds": {"value": "180"},
            "attributes": {"destination_country": "US", "number_type": "toll_free"},
        }
    ],
}


class Service:
    """A channel, and the messages that its server describes."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        self.database = ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = descriptor_pool.DescriptorPool(self.database)

    def method(self, name):
        service, _, method = name.rpartition(".")
        return self.pool.FindServiceByName(service).FindMethodByName(method)

    def call(self, name, request=None, timeout=PATIENCE):
        """A message for a unary method, an iterator for a streaming one."""
        method = self.method(name)
        asked, answered = (message_factory.GetMessageClass(m) for m in (method.input_type, method.output_type))
        path = "/{}/{}".format(method.containing_service.full_name, method.name)
        stub = self.channel.unary_stream if method.server_streaming else self.channel.unary_unary
        call = stub(path, request_serializer=asked.SerializeToString, response_deserializer=answered.FromString)
        return call(json_format.ParseDict(request or {}, asked()), timeout=timeout, wait_for_ready=True)

    def refusal(self, name, request, timeout=PATIENCE):
        """The code of a call that must fail, and its details by type."""
        try:
            self.call(name, request, timeout)
        except grpc.RpcError as error:
            status = rpc_status.from_call(error)
            details = {}
            for packed in status.details if status else []:
                kind = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])
                details[kind.__name__] = kind()
                assert packed.Unpack(details[kind.__name__]), packed
            return error.code(), details
        raise AssertionError("{} answered, expected a refusal".format(name))


def same(found, expected):
    assert found == expected, "found {!r}, expected {!r}".format(found, expected)


def quote(service, product, view="QUOTE_VIEW_FULL", requirement=TEN_PEOPLE):
    request = {"productId": product, "requirement": requirement, "view": view}
    return service.call("quotient.v1.QuotingService.Quote", request).quote


def reflection_lists_the_services(service):
    listed = service.database.get_services()
    missing = [name for name in SERVICES if name not in listed]
    same(missing, [])


def health_knows_its_services(service):
    serving = service.method("grpc.health.v1.Health.Check").output_type.enum_types_by_name["ServingStatus"]
    for name in ["", "quotient.v1.QuotingService", "quotient.v1.CatalogService"]:
        answer = service.call("grpc.health.v1.Health.Check", {"service": name})
        same(answer.status, serving.values_by_name["SERVING"].number)
    code, _ = service.refusal("grpc.health.v1.Health.Check", {"service": "nobody"})
    same(code, grpc.StatusCode.NOT_FOUND)


def vendors_have_products_with_sheets_and_plugins(service):
    vendors = service.call("quotient.v1.CatalogService.ListVendors").vendors
    same([vendor.id for vendor in vendors], sorted(vendor.id for vendor in vendors))
    products = [product for vendor in vendors for product in vendor.products]
    listed = [product.id for product in products if not product.illustrative]
    assert set(COMPARED) <= set(listed), listed
    for product in products:
        assert product.revisions and all(len(one.sha256) == 64 for one in product.revisions), product
        same(len(product.plugin.sha256), 64)
    vendor = service.call("quotient.v1.CatalogService.GetVendor", {"vendorId": vendors[0].id}).vendor
    same(vendor, vendors[0])


def quote_adds_up_and_is_what_its_digest_names(service):
    answer = quote(service, "amazon-connect")
    body = answer.body
    assert body.line_items and body.invoices and body.sources, "a whole quote has lines, invoices and sources"
    paid = sum(
        (one.total.low.units * 10**9 + one.total.low.nanos) * one.count for one in body.invoices
    )
    same(paid, body.totals.term.low.units * 10**9 + body.totals.term.low.nanos)
    same(answer.body_sha256, hashlib.sha256(body.SerializeToString(deterministic=True)).hexdigest())


def basic_view_is_the_same_quote_with_less(service):
    whole, basic = (quote(service, "amazon-connect", view) for view in ("QUOTE_VIEW_FULL", "QUOTE_VIEW_BASIC"))
    same(basic.body_sha256, whole.body_sha256)
    same(basic.body.totals, whole.body.totals)
    assert basic.body.line_items and not basic.body.invoices, "the basic view has lines and no invoices"


def stream_brings_each_outcome_and_then_the_comparison(service):
    request = {"requirement": TEN_PEOPLE, "view": "QUOTE_VIEW_BASIC"}
    comparison = service.call("quotient.v1.QuotingService.Compare", request).comparison
    compared = [outcome.product_id for outcome in comparison.outcomes]
    same(compared, sorted(compared))
    assert set(COMPARED) <= set(compared), compared
    for outcome in comparison.outcomes:
        kind = outcome.WhichOneof("result")
        known = ("quoted", "partially_quoted") if outcome.product_id in COMPARED else ("timed_out", "adapter_failed")
        assert (kind in known) == (outcome.product_id in COMPARED), "{}: {}".format(outcome.product_id, kind)
    assert set(comparison.ranking) <= set(compared) and comparison.ranking, comparison.ranking
    pieces = list(service.call("quotient.v1.QuotingService.StreamCompare", request))
    same([piece.WhichOneof("piece") for piece in pieces], ["outcome"] * len(compared) + ["comparison"])
    same(pieces[-1].comparison, comparison)
    arrived = sorted((piece.outcome for piece in pieces[:-1]), key=lambda outcome: outcome.product_id)
    same(arrived, list(comparison.outcomes))


def bad_requirement_is_refused_with_every_violation(service):
    bad = {
        "termMonths": 400,
        "seats": [{"named": {"values": [{"value": "1.5"}]}}],
        "demand": [{"channel": "CHANNEL_VOICE", "contacts": {"values": [{"value": "-1"}]}}],
    }
    request = {"requirement": bad, "productIds": ["nobody"]}
    code, details = service.refusal("quotient.v1.QuotingService.Compare", request)
    same(code, grpc.StatusCode.INVALID_ARGUMENT)
    info = details["ErrorInfo"]
    same((info.reason, info.domain), ("INVALID_REQUIREMENT", "quotient"))
    fields = [violation.field for violation in details["BadRequest"].field_violations]
    for expected in ["product_ids[0]", "term_months", "seats[0].named", "demand[0].contacts"]:
        assert any(field.startswith(expected) for field in fields), "{} in {}".format(expected, fields)


def unknown_product_is_not_found(service):
    request = {"productId": "nobody", "requirement": TEN_PEOPLE}
    code, details = service.refusal("quotient.v1.QuotingService.Quote", request)
    same(code, grpc.StatusCode.NOT_FOUND)
    same((details["ErrorInfo"].reason, details["ResourceInfo"].resource_name), ("UNKNOWN_PRODUCT", "nobody"))


def product_that_needs_a_field_names_it(service):
    meters = [{"meterId": "inquiries", "quantity": {"values": [{"value": "5000"}]}}]
    request = {"productId": "tencent-qidian", "requirement": {"meters": meters}}
    code, details = service.refusal("quotient.v1.QuotingService.Quote", request)
    same(code, grpc.StatusCode.FAILED_PRECONDITION)
    same([violation.subject for violation in details["PreconditionFailure"].violations], ["seats"])


def deadline_that_leaves_no_time_is_exceeded(service):
    # The way back alone is given 20 ms: whichever side notices first says the same.
    request = {"productId": "amazon-connect", "requirement": TEN_PEOPLE}
    code, _ = service.refusal("quotient.v1.QuotingService.Quote", request, timeout=0.015)
    same(code, grpc.StatusCode.DEADLINE_EXCEEDED)


def unknown_method_is_unimplemented(service):
    call = service.channel.unary_unary("/quotient.v1.QuotingService/Guess")
    try:
        call(b"", timeout=PATIENCE)
    except grpc.RpcError as error:
        return same(error.code(), grpc.StatusCode.UNIMPLEMENTED)
    raise AssertionError("a method that is not there answered")


CHECKS = [
    reflection_lists_the_services,
    health_knows_its_services,
    vendors_have_products_with_sheets_and_plugins,
    quote_adds_up_and_is_what_its_digest_names,
    basic_view_is_the_same_quote_with_less,
    stream_brings_each_outcome_and_then_the_comparison,
    bad_requirement_is_refused_with_every_violation,
    unknown_product_is_not_found,
    product_that_needs_a_field_names_it,
    deadline_that_leaves_no_time_is_exceeded,
    unknown_method_is_unimplemented,
]


def run(program, state):
    environment = dict(os.environ, XDG_STATE_HOME=state)
    command = program + ["serve", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    failed = 0
    try:
        line = server.stdout.readline()
        prefix = "listening on http://"
        assert line.startswith(prefix), "found {!r}, expected {!r} and an address".format(line, prefix)
        service = Service(line[len(prefix) :].strip())
        for check in CHECKS:
            try:
                check(service)
            except Exception:  # Every check is run, whatever became of the one before.
                failed += 1
                print("FAILED {}".format(check.__name__))
                traceback.print_exc(file=sys.stdout)
        service.channel.close()
        server.send_signal(signal.SIGTERM)
        ended = server.wait(PATIENCE)
        if ended != 0:
            failed += 1
            print("FAILED the program ended with {}, expected 0".format(ended))
    finally:
        server.kill()
    print("{} passed, {} failed".format(len(CHECKS) + 1 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(run(sys.argv[1:], directory))

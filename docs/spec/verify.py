#!/usr/bin/env python3
"""Verifies receipts and vectors of docs/spec/canonical-v1.md with nothing but Python's standard library.

Written from that page alone, as a third party would write it; it imports nothing of the project and no package.

  verify.py receipt RECEIPT.json ROOTS.json   checks a receipt, or one of settlements, against roots that you trust
  verify.py leaves  LEAVES.bin BATCH.json     recomputes a batch from the file of its leaves
  verify.py vectors VECTORS.json              recomputes every vector

ROOTS.json: {"organisations": [{"mspId": ..., "rootCertificate": PEM}], "revocationLists": [PEM, ...]}, the lists where you have some. The last line is one JSON object; ends with 0 where everything holds, else 1.
"""

import base64
import hashlib
import json
import re
import sys
from datetime import date, datetime, timezone

KINDS = ["record", "reversal", "correction"]
MODES = ["metro", "bus", "bike", "walk", "ev-charging", "tram", "train", "ferry"]
DAY_ZERO = date(1970, 1, 1)


class Failure(Exception):
    """The proof does not hold, or is not one."""


def ensure(condition, text):
    if not condition:
        raise Failure(text)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# §1 canonical JSON


def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    ensure(isinstance(value, (str, bool, int)), "a value that canonical JSON does not have")
    return json.dumps(value, ensure_ascii=False)


def canonical_bytes(value):
    return canonical(value).encode("utf-8")


# §2, §3, §8 commitments and leaves


def salt_of(secret, record_id):
    return sha256(b"tanhui-salt-v1\0", secret, record_id.encode())


def commitment_of(salt, record):
    return sha256(b"tanhui-commitment-v1\0", salt, canonical_bytes(record))


def nullifier_of(secret, scope):
    return sha256(b"tanhui-nullifier-v1\0", secret, scope.encode())[:16]


def settlement_commitment(salt, settlement):
    return sha256(b"tanhui-settlement-v1\0", salt, canonical_bytes(settlement))


def day_number(day):
    found = date.fromisoformat(day)
    ensure(found.isoformat() == day, "a day in another form")
    return (found - DAY_ZERO).days


def decimal(text):
    """An amount in its one form: no sign, no leading zero, no other digits than ASCII's."""
    ensure(re.fullmatch("0|[1-9][0-9]*", text), "an amount in another form")
    return int(text)


def from_hex(text):
    """Bytes in their one form: two digits each, lower case, nothing between."""
    ensure(re.fullmatch("([0-9a-f]{2})*", text), "hex in another form")
    return bytes.fromhex(text)


def from_base64(text):
    """Bytes in their one form: RFC 4648 §4, padded, nothing between, and unused bits zero."""
    data = base64.b64decode(text, validate=True)
    ensure(base64.b64encode(data).decode() == text, "base64 in another form")
    return data


def at_most(most, values):
    ensure(isinstance(values, list) and len(values) <= most, "a list is missing or too long")
    return values


def natural(value):
    """A number that JSON has as one; `true` is 1 to this language and to no other."""
    ensure(type(value) is int and value >= 0, "a number in another form")
    return value


def leaf_of(fields):
    leaf = bytes([1, KINDS.index(fields["kind"]), MODES.index(fields["mode"])])
    leaf += fields["methodology"].to_bytes(2, "big") + int(fields["district"]).to_bytes(3, "big")
    leaf += day_number(fields["day"]).to_bytes(2, "big") + decimal(fields["milligrams"]).to_bytes(6, "big")
    return leaf + fields["nullifier"] + fields["commitment"]


def settlement_leaf(settlement, commitment):
    leaf = bytes([1, 3, 0, 0]) + day_number(settlement["day"]).to_bytes(2, "big")
    leaf += decimal(settlement["amountFen"]).to_bytes(6, "big") + decimal(settlement["burnedMilligrams"]).to_bytes(6, "big")
    return leaf + bytes(14) + commitment


# §4 tree


def leaf_hash(entry):
    return sha256(b"\0", entry)


def split_of(count):
    return 1 << ((count - 1).bit_length() - 1)


def root_of(entries):
    if not entries:
        return sha256()
    if len(entries) == 1:
        return leaf_hash(entries[0])
    split = split_of(len(entries))
    return sha256(b"\1", root_of(entries[:split]), root_of(entries[split:]))


def path_of(index, entries):
    if len(entries) <= 1:
        return []
    split = split_of(len(entries))
    if index < split:
        return path_of(index, entries[:split]) + [root_of(entries[split:])]
    return path_of(index - split, entries[split:]) + [root_of(entries[:split])]


def root_from_path(node, path, index, count):
    """Goes down the tree as the definition splits it, and takes the path from its end."""
    if count == 1:
        ensure(not path, "the path is too long")
        return node
    ensure(path, "the path is too short")
    split = split_of(count)
    if index < split:
        return sha256(b"\1", root_from_path(node, path[:-1], index, split), path[-1])
    return sha256(b"\1", path[-1], root_from_path(node, path[:-1], index - split, count - split))


# §5, §7, §8 headers


def header_of(scope, leaves):
    """The batch header that leaves give: everything but the scope and the table of methodologies is found in them."""
    totals = {}
    for leaf in leaves:
        rank = (leaf[1], leaf[2], int.from_bytes(leaf[3:5], "big"), int.from_bytes(leaf[5:8], "big"))
        count, milligrams = totals.get(rank, (0, 0))
        totals[rank] = (count + 1, milligrams + int.from_bytes(leaf[10:16], "big"))
    lines = [
        {"kind": KINDS[kind], "mode": MODES[mode], "methodology": methodology, "district": "%06d" % district, "count": count, "milligrams": str(milligrams)}
        for (kind, mode, methodology, district), (count, milligrams) in sorted(totals.items())
    ]
    found = {"v": 1, "leafVersion": 1, "hash": "sha256", "count": len(leaves), "root": root_of(leaves).hex(), "totals": lines}
    found["firstNullifier"], found["lastNullifier"] = leaves[0][16:32].hex(), leaves[-1][16:32].hex()
    return {**scope, **found}


def ascending(leaves, start):
    return all(before[start:] < leaf[start:] for before, leaf in zip(leaves, leaves[1:]))


def closed_day(scope, headers):
    totals = {}
    for header in headers:
        for line in header["totals"]:
            rank = (KINDS.index(line["kind"]), MODES.index(line["mode"]))
            count, milligrams = totals.get(rank, (0, 0))
            totals[rank] = (count + line["count"], milligrams + int(line["milligrams"]))
    lines = [{"kind": KINDS[kind], "mode": MODES[mode], "count": count, "milligrams": str(milligrams)} for (kind, mode), (count, milligrams) in sorted(totals.items())]
    root = root_of([canonical_bytes(header) for header in headers]).hex()
    return {"v": 1, **scope, "batches": len(headers), "records": sum(header["count"] for header in headers), "root": root, "totals": lines}


# §9.3 protobuf, X.509 and ECDSA P-256: the little that a receipt needs


def varint(data, at):
    value = shift = 0
    while True:
        ensure(at < len(data) and shift < 70, "protobuf number")
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def message(data):
    """Fields of a protobuf message: number -> list of values."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        ensure(tag & 7 in (0, 2), "protobuf wire type")
        if tag & 7 == 2:
            ensure(at + value <= len(data), "protobuf length")
            value, at = data[at : at + value], at + value
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def one(fields, number, default=b""):
    return fields.get(number, [default])[-1]


def element(data, at):
    """One DER element: (content, where it ends)."""
    ensure(at + 2 <= len(data), "DER")
    size, start = data[at + 1], at + 2
    if size > 127:
        start += size & 127
        size = int.from_bytes(data[at + 2 : start], "big")
    ensure(start + size <= len(data), "DER length")
    return data[start : start + size], start + size


def elements(data):
    """(content, whole) of each DER element of a content."""
    found, at = [], 0
    while at < len(data):
        content, end = element(data, at)
        found.append((content, data[at:end]))
        at = end
    return found


PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % PRIME == 0:
            return None
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, PRIME)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, PRIME)
    x = (slope * slope - p[0] - q[0]) % PRIME
    return x, (slope * (p[0] - x) - p[1]) % PRIME


def times(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def is_signed(data, signature, key):
    r, s = (int.from_bytes(content, "big") for content, _ in elements(element(signature, 0)[0]))
    x, y = key
    if not (0 < r < ORDER and 0 < s < ORDER) or (y * y - x * x * x + 3 * x - B) % PRIME:
        return False
    inverse = pow(s, -1, ORDER)
    point = add(times(int.from_bytes(sha256(data), "big") * inverse % ORDER, BASE), times(r * inverse % ORDER, key))
    return point is not None and point[0] % ORDER == r


ORGANISATIONAL_UNIT = bytes([0x55, 4, 11])


def signed_fields(pem, label):
    """(fields, what was signed, signature) of a PEM certificate or revocation list."""
    body = re.search(f"-----BEGIN {label}-----(.+?)-----END {label}-----", pem, re.DOTALL)
    ensure(body, "no " + label)
    (content, signed), _, (signature, _) = elements(element(from_base64(re.sub("[ \t\r\n]", "", body[1])), 0)[0])
    return elements(content), signed, signature[1:]


def instant(content, whole):
    """Seconds since the epoch of a UTCTime or GeneralizedTime."""
    text = content.decode()
    century = "" if whole[0] == 0x18 else "20" if text[:2] < "50" else "19"
    return datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()


def certificate(pem):
    """What is needed of a PEM certificate."""
    fields, signed, signature = signed_fields(pem, "CERTIFICATE")
    # version?, serial, algorithm, issuer, validity, subject, key
    serial, _, _, validity, subject, subject_key = fields[1:7] if fields[0][1][0] == 0xA0 else fields[0:6]
    _, (bits, _) = elements(subject_key[0])
    ensure(len(bits) == 66 and bits[1] == 4, "not a P-256 key")
    attributes = [elements(attribute) for names, _ in elements(subject[0]) for attribute, _ in elements(names)]
    units = [value for (kind, _), (value, _) in attributes if kind == ORGANISATIONAL_UNIT]
    key = int.from_bytes(bits[2:34], "big"), int.from_bytes(bits[34:66], "big")
    not_before, not_after = (instant(*time) for time in elements(validity[0]))
    number = int.from_bytes(serial[0], "big")
    return {"signed": signed, "signature": signature, "key": key, "units": units, "serial": number, "from": not_before, "to": not_after}


def revoked_by(lists, roots):
    """(key of the authority, serial number) of every certificate that the lists withdraw; every list has to be a pinned root's."""
    revoked = set()
    for pem in lists:
        fields, signed, signature = signed_fields(pem, "X509 CRL")
        issuer = next((root for root in roots if is_signed(signed, signature, root["key"])), None)
        ensure(issuer, "a revocation list that no pinned root has signed")
        # version, algorithm, issuer, this update, next update?, revoked?, extensions?
        entries = next((content for content, whole in fields[3:] if whole[0] == 0x30), b"")
        revoked |= {(issuer["key"], int.from_bytes(elements(entry)[0][0], "big")) for entry, _ in elements(entries)}
    return revoked


def signer_of(endorsement, payload, roots, revoked, proposed_at):
    """(organisation, what speaks against its certificate) of one endorsement; None where it is no endorsement of a pinned organisation's peer."""
    endorser = from_base64(endorsement["endorser"])
    identity = message(endorser)
    name, own = one(identity, 1).decode(), certificate(one(identity, 2).decode())
    root = next((root for mspId, root in roots if mspId == name and is_signed(own["signed"], own["signature"], root["key"])), None)
    if root is None or b"peer" not in own["units"] or not is_signed(payload + endorser, from_base64(endorsement["signature"]), own["key"]):
        return None
    if (root["key"], own["serial"]) in revoked:
        return name, "revoked"
    in_force = proposed_at is None or all(one["from"] <= proposed_at <= one["to"] for one in (own, root))
    return name, None if in_force else "not in force"


def check_names(action, transaction, endorsed):
    """§9.3: the names that are shown are those that were signed."""
    ensure(one(message(one(action, 2)), 2) == transaction["id"].encode(), "the endorsed transaction has another id")
    if "proposal" not in transaction:
        return None
    proposal = transaction["proposal"]
    headers = [from_base64(proposal[name]) for name in ("channelHeader", "signatureHeader", "payload")]
    ensure(one(endorsed, 1) == sha256(*headers), "the proposal is not what was endorsed")
    channel, signature = message(headers[0]), message(headers[1])
    ensure(one(channel, 4) == transaction["channel"].encode(), "the endorsed transaction is of another channel")
    ensure(one(channel, 5) == transaction["id"].encode() == sha256(one(signature, 2), one(signature, 1)).hex().encode(), "the proposal has another id")
    time = message(one(channel, 3))
    ensure(1 in time, "the proposal has no time")
    # Milliseconds, as the other verifiers compare.
    return one(time, 1) + one(time, 2, 0) // 1_000_000 / 1000


def check_transaction(transaction, key, header, pinned):
    """§9.3: every pinned organisation has signed a write of exactly this header under this key."""
    payload = from_base64(transaction["payload"])
    action = message(one(message(payload), 2))
    ensure(one(message(one(action, 3)), 1, 0) == 200, "the contract did not succeed")
    sets = [message(entry) for entry in message(one(action, 1)).get(2, [])]
    own = next((entry for entry in sets if one(entry, 1) == transaction["chaincode"].encode()), {})
    writes = [message(write) for write in message(one(own, 2)).get(3, [])]
    name = ("\0" + "\0".join(key) + "\0").encode()
    ensure(any(one(write, 1) == name and one(write, 3) == canonical_bytes(header) for write in writes), "the transaction does not write this header")
    proposed_at = check_names(action, transaction, message(payload))
    roots = [(root["mspId"], certificate(root["rootCertificate"])) for root in pinned["organisations"]]
    revoked = revoked_by(pinned.get("revocationLists", []), [root for _, root in roots])
    signers = [signer_of(endorsement, payload, roots, revoked, proposed_at) for endorsement in at_most(16, transaction["endorsements"])]
    for name, objection in [signer for signer in signers if signer and signer[1]]:
        ensure((name, None) in signers, f"signed by {name} with a certificate that is {objection}")
    missing = [name for name, _ in roots if (name, None) not in signers]
    ensure(roots and not missing, "not signed by " + ", ".join(missing))


# §9 receipts


def check_receipt(receipt, pinned):
    if receipt["format"] == "tanhui-settlement-receipt-v1":
        return check_settlement_receipt(receipt, pinned)
    ensure(receipt["format"] == "tanhui-receipt-v1", "format")
    record, header, district = receipt["record"], receipt["header"], receipt["leafDistrict"]
    ensure(district in (record["district"], record["district"][:4] + "00"), "the district is neither the record's nor its city")
    table = [(line["id"] + "@" + line["version"], line["digest"]) for line in at_most(256, header["methodologies"])]
    wanted = (record["methodology"], record["methodologyDigest"])
    ensure(wanted in table, "the batch does not name the record's methodology")
    ensure(record["programme"] == header["programme"] and record["day"] == header["day"], "programme or day differ")
    fields = {**record, "methodology": table.index(wanted), "district": district, "milligrams": record["reductionMilligrams"]}
    fields["nullifier"] = from_hex(receipt["nullifier"])
    fields["commitment"] = commitment_of(from_hex(receipt["salt"]), record)
    check_place(receipt, leaf_of(fields))
    check_transaction(receipt["transaction"], ["BATCH", header["programme"], header["day"], header["batch"]], header, pinned)


def check_settlement_receipt(receipt, pinned):
    settlement, header = receipt["settlement"], receipt["header"]
    ensure(settlement["programme"] == header["programme"] and settlement["day"] == header["day"], "programme or day differ")
    commitment = settlement_commitment(from_hex(receipt["salt"]), settlement)
    check_place(receipt, settlement_leaf(settlement, commitment))
    check_transaction(receipt["transaction"], ["SETTLEMENT", header["programme"], header["day"], header["settlement"]], header, pinned)


def check_place(receipt, leaf):
    index, count = natural(receipt["index"]), natural(receipt["header"]["count"])
    ensure(len(leaf) == 64 and 0 <= index < count <= 5000, "the place is outside the batch")
    path = [from_hex(node) for node in at_most(64, receipt["path"])]
    ensure(root_from_path(leaf_hash(leaf), path, index, count).hex() == receipt["header"]["root"], "the path does not lead to the root")


def check_leaves(data, header):
    leaves = [data[at : at + 64] for at in range(0, len(data), 64)]
    ensure(leaves and len(leaves[-1]) == 64, "not whole leaves of 64 bytes")
    ensure(all(a[16:32] < b[16:32] for a, b in zip(leaves, leaves[1:])), "the leaves do not ascend")
    scope = {name: header[name] for name in ("programme", "day", "batch", "retrospective", "methodologies")}
    ensure(all(leaf[8:10] == day_number(header["day"]).to_bytes(2, "big") for leaf in leaves), "a leaf of another day")
    ensure(canonical(header_of(scope, leaves)) == canonical(header), "the header is not what the leaves give")


# §10 blocks


def der(tag, content):
    ensure(len(content) < 128, "longer than a header's parts are")
    return bytes([tag, len(content)]) + content


def block_header_hash(number, previous, data_hash):
    # One more byte than the magnitude needs where its highest bit is set: DER's integers are signed.
    integer = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return sha256(der(0x30, der(2, integer) + der(4, previous) + der(4, data_hash)))


def read_block(data):
    block = message(data)
    header, envelopes = message(one(block, 1)), message(one(block, 2)).get(1, [])
    number, previous, data_hash = one(header, 1, 0), one(header, 2), one(header, 3)
    ensure(sha256(*envelopes) == data_hash, "the block's data are not what its header says")
    codes = list(message(one(block, 3)).get(1, [])[2])
    return {"number": number, "previousHash": previous.hex(), "dataHash": data_hash.hex(), "headerHash": block_header_hash(number, previous, data_hash).hex(), "codes": codes}


# vectors


def same(name, found, wanted):
    ensure(found == wanted, f"{name}: found {found}, the vector says {wanted}")


def check_vectors(vectors):
    for vector in vectors["canonicalJson"]:
        same("canonical JSON", canonical(vector["value"]), vector["text"])
    for vector in vectors["records"]:
        secret = from_hex(vector["accountSecret"])
        salt = salt_of(secret, vector["record"]["id"])
        same("record text", canonical(vector["record"]), vector["text"])
        same("salt", salt.hex(), vector["salt"])
        same("commitment", commitment_of(salt, vector["record"]).hex(), vector["commitment"])
        same("nullifier", nullifier_of(secret, vector["scope"]).hex(), vector["nullifier"])
        fields = {**vector["leaf"]["fields"], "day": vector["record"]["day"], "nullifier": from_hex(vector["nullifier"]), "commitment": from_hex(vector["commitment"])}
        same("leaf", leaf_of(fields).hex(), vector["leaf"]["bytes"])
        same("leaf hash", leaf_hash(leaf_of(fields)).hex(), vector["leaf"]["hash"])
    check_tree_vectors(vectors["tree"])
    for vector in vectors["batches"]:
        check_leaves(from_hex("".join(vector["leaves"])), json.loads(vector["header"]))
        same("header text", canonical(json.loads(vector["header"])), vector["header"])
    for vector in vectors["closedDays"]:
        headers = [json.loads(header) for header in vector["headers"]]
        same("closed day", canonical(closed_day(vector["scope"], headers)), vector["value"])
    for vector in vectors["methodologies"]:
        same("methodology", sha256(b"tanhui-methodology-v1\0", canonical_bytes(vector["file"])).hex(), vector["digest"])
    for vector in vectors["settlements"]:
        check_settlement_vector(vector)
    for vector in vectors["blockHeaders"]:
        found = block_header_hash(int(vector["number"]), from_hex(vector["previousHash"]), from_hex(vector["dataHash"]))
        same("block header", found.hex(), vector["headerHash"])
    for vector in vectors["blocks"]:
        same("block", read_block(from_base64(vector["bytes"])), vector["reads"])
    for vector in vectors["receipts"]:
        check_receipt(vector["receipt"], vector)
    for case in vectors["endorsers"]["cases"]:
        check_endorsers_vector(vectors["endorsers"]["receipt"], case)


def check_endorsers_vector(receipt, case):
    signed = {**receipt, "transaction": {**receipt["transaction"], "endorsements": case["endorsements"]}}
    try:
        check_receipt(signed, case)
        holds = True
    except Failure:
        holds = False
    same(case["title"], holds, case["code"] == "")


def check_tree_vectors(tree):
    entries = [from_hex(entry) for entry in tree["entries"]]
    same("leaf hashes", [leaf_hash(entry).hex() for entry in entries], tree["leafHashes"])
    for size, root in enumerate(tree["roots"]):
        same(f"root of {size}", root_of(entries[:size]).hex(), root)
    for vector in tree["paths"]:
        size, index = vector["size"], vector["index"]
        path = path_of(index, entries[:size])
        same(f"path of {index} in {size}", [node.hex() for node in path], vector["path"])
        same(f"root by path of {index} in {size}", root_from_path(leaf_hash(entries[index]), path, index, size).hex(), tree["roots"][size])


def check_settlement_vector(vector):
    leaves = []
    for line in vector["lines"]:
        commitment = settlement_commitment(from_hex(line["salt"]), line["settlement"])
        same("settlement commitment", commitment.hex(), line["commitment"])
        leaves.append(settlement_leaf(line["settlement"], commitment))
        same("settlement leaf", leaves[-1].hex(), line["leaf"])
    ensure(ascending(leaves, 32), "settlements do not ascend")
    header = {"v": 1, **vector["scope"], "count": len(leaves), "root": root_of(leaves).hex()}
    header["amountFen"] = str(sum(int(line["settlement"]["amountFen"]) for line in vector["lines"]))
    header["burnedMilligrams"] = str(sum(int(line["settlement"]["burnedMilligrams"]) for line in vector["lines"]))
    same("settlement header", canonical(header), vector["header"])


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


COMMANDS = {
    "receipt": lambda receipt, roots: check_receipt(read_json(receipt), read_json(roots)),
    "leaves": lambda leaves, batch: check_leaves(read_bytes(leaves), read_json(batch).get("header") or read_json(batch)),
    "vectors": lambda vectors: check_vectors(read_json(vectors)),
}


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    try:
        COMMANDS[arguments[0]](*arguments[1:])
    except (Failure, KeyError, ValueError, TypeError, IndexError, OverflowError, OSError, RecursionError, AttributeError) as error:
        print(json.dumps({"isValid": False, "reason": str(error) or type(error).__name__}, ensure_ascii=False))
        return 1
    print(json.dumps({"isValid": True}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

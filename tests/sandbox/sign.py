#!/usr/bin/python3
"""Sign a request with SDK-HMAC-SHA256 and print the headers to send, one a line, for curl -H @FILE.

Written from the description of the algorithm alone, so that a mistake in the sandbox is not repeated here.
test-signature.sh holds it against published signatures first.
"""
import argparse
import hashlib
import hmac
import time
import urllib.parse

ALGORITHM = "SDK-HMAC-SHA256"


def encode(text):
    return urllib.parse.quote(text, safe="-_.~")


def canonical_query(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{name}={value}" for name, value in sorted((encode(n), encode(v)) for n, v in pairs))


def canonical_request(method, url, headers, body):
    parts = urllib.parse.urlsplit(url)
    path = "/".join(encode(urllib.parse.unquote(segment)) for segment in parts.path.split("/"))
    lines = [method, path if path.endswith("/") else path + "/", canonical_query(parts.query)]
    lines += [f"{name}:{headers[name].strip()}" for name in sorted(headers)]
    lines += ["", ";".join(sorted(headers)), hashlib.sha256(body).hexdigest()]
    return "\n".join(lines)


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256)


def sign(options, headers, body):
    digest = hashlib.sha256(canonical_request(options.method, options.url, headers, body).encode()).hexdigest()
    key, lines = options.sk.encode(), [ALGORITHM, options.date]
    if options.scope is not None:
        key = b"SDK" + key
        for part in options.scope.split("/"):
            key = hmac_sha256(key, part).digest()
        lines.append(options.scope)
    return hmac_sha256(key, "\n".join(lines + [digest])).hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("method")
    parser.add_argument("url")
    parser.add_argument("--ak", default="SANDBOXDEMO000000001")
    parser.add_argument("--sk", default="sandboxDemoSecretKeyOpensNoDoorsAtAll001")
    parser.add_argument("--body", default="")
    parser.add_argument("--date", default=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
    parser.add_argument("--shift", type=int, help="seconds that the clock is ahead")
    parser.add_argument("--header", action="append", default=[], metavar="NAME:VALUE", help="signed")
    parser.add_argument("--unsigned", action="append", default=[], metavar="NAME:VALUE")
    parser.add_argument("--no-host", action="store_true", help="do not sign Host")
    parser.add_argument("--scope", help="the dialect of Credential=")
    parser.add_argument("--signature", action="store_true", help="print the signature only")
    options = parser.parse_args()
    if options.shift:
        options.date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + options.shift))
    headers = {"x-sdk-date": options.date}
    if not options.no_host:
        headers["host"] = urllib.parse.urlsplit(options.url).netloc
    headers.update((name.lower(), value) for name, _, value in (h.partition(":") for h in options.header))
    signature = sign(options, headers, options.body.encode())
    if options.signature:
        print(signature)
        return
    who = f"Access={options.ak}" if options.scope is None else f"Credential={options.ak}/{options.scope}"
    listed = ";".join(sorted(headers))
    print(f"Authorization: {ALGORITHM} {who}, SignedHeaders={listed}, Signature={signature}")
    for name, value in headers.items():
        print(f"{name}: {value}")
    for line in options.unsigned:
        print(line)


main()

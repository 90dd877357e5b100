"""What the checks share: an address in its parts, and calls without a client library."""

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request


def split(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port, parts.path


class Wire:
    """Calls to an address, each with its status and what came."""

    def __init__(self, base, authorization, certificate=None):
        self.base, self.authorization = base, authorization
        self.context = ssl.create_default_context(cafile=certificate) if certificate else None

    def call(self, method, path, form=None, body=None):
        headers, data = {"Authorization": self.authorization}, None
        if form is not None and method in ("GET", "DELETE"):
            path += "?" + urllib.parse.urlencode(form)
        elif form is not None:
            data, headers["Content-Type"] = urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode()
            return refusal.code, json.loads(text) if text.startswith("{") else text

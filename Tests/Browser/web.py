"""A small HTTP client with cookies, for what a browser cannot or should not be asked to do."""

import http.client
import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    path: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)
        return unescape(re.sub(r"<[^>]+>", "", found.group(1))).strip() if found else ""

    def forms(self) -> list["FormFound"]:
        reader = FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, action: str = "", having: str = "") -> "FormFound":
        """The one form whose action ends so, or that has a field of that name."""
        found = [form for form in self.forms()
                 if form.action.split("?")[0].endswith(action) and (not having or having in form.values)]
        assert found, f"no form {action} {having} on {self.path} ({self.status} {self.heading!r})"
        return found[0]


@dataclass
class FormFound:
    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class FormReader(HTMLParser):
    """Forms with what a browser would send of them, buttons left out."""

    def __init__(self):
        super().__init__()
        self.forms: list[FormFound] = []
        self.form: FormFound | None = None
        self.select: str | None = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = attributes.get("name")
        if tag == "form":
            self.form = FormFound(attributes.get("action") or "", (attributes.get("method") or "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in attributes:
                    self.form.values[name] = attributes.get("value", "on")
            elif kind not in ("submit", "button", "image", "file"):
                self.form.values[name] = attributes.get("value") or ""
        elif tag == "textarea" and name:
            self.form.values[name] = ""
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in attributes or self.select not in self.form.values:
                self.form.values[self.select] = attributes.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None


class Client:
    """One visitor. Follows nothing by itself."""

    def __init__(self, address: str, *, language: str = "en", timeout_seconds: float = 30):
        parts = urlsplit(address)
        self.host, self.port = parts.hostname, parts.port
        self.language = language
        self.timeout_seconds = timeout_seconds
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
        try:
            sent = {"Accept-Language": self.language, "Accept": "text/html,*/*", "User-Agent": "Mozilla/5.0 journeys"}
            if self.cookies:
                sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent |= headers or {}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(), path)
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, value = header.split(";")[0].split("=", 1)
            if value and "max-age=0" not in header.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def get(self, path: str, headers: dict | None = None) -> Answer:
        return self.request("GET", path, None, headers)

    def open(self, path: str, hops_max: int = 5) -> Answer:
        """GET, and where it leads."""
        answer = self.get(path)
        for _ in range(hops_max):
            if answer.status not in (302, 303):
                return answer
            answer = self.get(answer.location)
        return answer

    def post(self, path: str, values: dict[str, str], headers: dict | None = None) -> Answer:
        return self.request(
            "POST", path, urlencode(values).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {}))

    def post_json(self, path: str, value) -> Answer:
        return self.request(
            "POST", path, json.dumps(value).encode(), {"Content-Type": "application/json", "Accept": "application/json"})

    def submit(self, answer: Answer, form: FormFound, **values: str) -> Answer:
        """Sends a form with some fields filled in."""
        return self.post(form.action or answer.path, form.values | values)

    def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, f"expected 303 from {answer.path}, got {answer.status} {answer.heading!r}"
        return self.open(answer.location)

    def sign_in(self, login: str, password: str) -> "Client":
        page = self.get("/sign-in")
        answer = self.submit(page, page.form("/sign-in"), login=login, password=password)
        assert answer.status == 303, f"sign-in answered {answer.status} {answer.heading!r}"
        return self

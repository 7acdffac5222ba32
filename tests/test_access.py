"""Who is let in, as what, and how often."""

from __future__ import annotations

import base64
import json
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from guarding import NOW, Caller, client_of, guarded, key_file
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from serving import error_of

from service.access.hosts import hosts_for
from service.access.keyring import Keyring
from service.access.keys import KeyFileError, Role, id_of, issue, read_keys, write_keys
from service.config import Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(key: str, user: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


def test_without_a_file_of_keys_everyone_reads_and_whatever_is_sent_as_a_key_is_passed_over() -> None:
    with client_of(Settings()) as client:
        for headers in ({}, bearer("sk-anything"), basic("x"), {"X-API-Key": "none"}):
            response = client.get("/v1/whoami", headers=headers)
            assert response.status_code == 200
            assert (response.json()["key"], response.json()["role"]) == (None, "read")
        assert client.get("/metrics").status_code == 200
        assert client.post("/v1/ingested").status_code == 401, "without keys nobody writes over HTTP"


def test_a_key_is_taken_in_each_of_the_ways_that_clients_send_one(path: Path) -> None:
    keys = key_file(path, reader=Role.READ)
    with client_of(Settings(keys=path, anonymous=False)) as client:
        for headers in (
            bearer(keys["reader"]),
            {"Authorization": f"bearer {keys['reader']}"},
            {"X-API-Key": keys["reader"]},
            basic(keys["reader"], "anybody"),
        ):
            response = client.get("/v1/whoami", headers=headers)
            assert response.json()["key"] == id_of(keys["reader"])


@pytest.mark.parametrize("anonymous", [True, False])
def test_each_role_may_do_what_those_before_it_may_and_no_more(path: Path, anonymous: bool) -> None:
    keys = key_file(path, reader=Role.READ, feeder=Role.INGEST, keeper=Role.ADMIN)
    expected = {None: 0, "reader": 1, "feeder": 2, "keeper": 3}
    with client_of(Settings(keys=path, anonymous=anonymous)) as client:
        for name, rank in expected.items():
            headers = {} if name is None else bearer(keys[name])
            refusal = 401 if name is None else 403
            for needed, (method, address) in enumerate(
                [("GET", "/v1/whoami"), ("POST", "/v1/ingested"), ("GET", "/metrics")], start=1
            ):
                response = client.request(method, address, headers=headers)
                if rank >= needed or (anonymous and needed == 1):
                    assert response.status_code == 200
                else:
                    assert response.status_code == refusal
                    error_of(response)


def test_cve_2025_3248_nothing_behind_the_gate_runs_before_the_key_is_checked(path: Path) -> None:
    key_file(path, reader=Role.READ)
    app = guarded(Settings(keys=path, anonymous=False))
    with Caller(app) as client:
        for method, address in [
            ("GET", "/v1/whoami"),
            ("POST", "/v1/ingested"),
            ("GET", "/metrics"),
            ("GET", "/metrics%0A"),
            ("GET", "//metrics"),
            ("GET", "/healthz%0A"),
            ("GET", "/healthz/"),
            ("GET", "/docs"),
            ("GET", "/openapi.json"),
            ("GET", "/nowhere"),
            ("DELETE", "/v1/whoami"),
        ]:
            response = client.request(method, address, content=b"{" * 10)
            assert response.status_code == 401
            assert error_of(response)["code"] == "key_required"
            assert "Bearer" in response.headers["www-authenticate"]
        assert client.get("/healthz").status_code == 200
    assert app.state.calls == []


def test_an_address_written_in_another_way_opens_no_more(path: Path) -> None:
    """Starlette matches ``/metrics`` for ``/metrics%0A`` too: the role is checked where it matched."""
    keys = key_file(path, reader=Role.READ)
    with client_of(Settings(keys=path)) as client:
        for address in ("/metrics", "/metrics%0A", "//metrics", "/metrics/", "/./metrics", "/METRICS"):
            assert client.get(address, headers=bearer(keys["reader"])).status_code in (403, 404)


def test_a_wrong_key_is_refused_even_where_reading_needs_none(path: Path) -> None:
    keys = key_file(path, reader=Role.READ)
    with client_of(Settings(keys=path)) as client:
        assert client.get("/v1/whoami").status_code == 200
        for wrong in ("", "x", keys["reader"][:-1], keys["reader"] + "A", keys["reader"].upper(), "ключ"):
            response = client.get("/v1/whoami", headers={"X-API-Key": wrong.encode()})
            assert response.status_code == 401
            assert error_of(response)["code"] == "key_unknown"
            assert wrong not in response.text or len(wrong) < 2
        for broken in ("Basic !!!", "Basic /w==", "Basic", "Bearer", "x"):
            assert client.get("/v1/whoami", headers={"Authorization": broken}).status_code == 401


def test_a_key_that_a_browser_keeps_is_good_for_reading_only(path: Path) -> None:
    keys = key_file(path, keeper=Role.ADMIN)
    with client_of(Settings(keys=path)) as client:
        assert client.get("/v1/whoami", headers=basic(keys["keeper"])).json()["role"] == "read"
        assert client.post("/v1/ingested", headers=basic(keys["keeper"])).status_code == 403
        assert client.post("/v1/ingested", headers=bearer(keys["keeper"])).status_code == 200


def test_no_key_stands_in_its_file_and_only_its_owner_may_read_that(path: Path) -> None:
    key = key_file(path, reader=Role.READ)["reader"]
    assert key.split("_", 2)[2] not in path.read_text(), "its secret, which may hold '_' itself"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (stored,) = read_keys(path)
    assert len(stored.sha256) == 64


def test_a_rotated_key_counts_without_a_restart_and_the_old_one_no_longer(path: Path) -> None:
    old = key_file(path, reader=Role.READ)["reader"]
    with client_of(Settings(keys=path, anonymous=False)) as client:
        assert client.get("/v1/whoami", headers=bearer(old)).status_code == 200
        new, stored = issue("reader", Role.READ, NOW)
        write_keys(path, (*read_keys(path), stored))
        for key in (old, new):
            assert client.get("/v1/whoami", headers=bearer(key)).status_code == 200, (
                "both, while it is handed out"
            )
        write_keys(path, (stored,))
        assert client.get("/v1/whoami", headers=bearer(old)).status_code == 401
        assert client.get("/v1/whoami", headers=bearer(new)).status_code == 200


@pytest.mark.parametrize("content", [b"", b"{", b'{"keys": 5}', b'{"keys": [{"id": "x"}]}', b"\xff", None])
def test_a_file_of_keys_that_breaks_locks_nobody_out_and_lets_nobody_in(
    path: Path, content: bytes | None
) -> None:
    key = key_file(path, reader=Role.READ)["reader"]
    ring = Keyring(path)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert ring.holder(key) is not None
    assert ring.holder("rapporteur_00000000_" + "A" * 43) is None
    assert "the keys of before go on counting" in str(ring.problem)
    key_file(path)
    assert ring.holder(key) is None
    assert ring.problem is None


def test_the_service_does_not_start_with_a_file_of_keys_that_it_cannot_use(path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"found none: make a first key by .rapporteur keys add"):
        guarded(Settings(keys=path))
    path.write_text("{}")
    with pytest.raises(KeyFileError, match="is no file of keys: keys"):
        guarded(Settings(keys=path))
    with pytest.raises(ValidationError, match="name one in RAPPORTEUR_KEYS"):
        Settings(anonymous=False)


def test_a_key_ends_at_the_moment_it_was_given(path: Path) -> None:
    key, stored = issue("guest", Role.READ, NOW, NOW + timedelta(days=1))
    write_keys(path, (stored,))
    moment = NOW
    ring = Keyring(path, lambda: moment)
    moment = NOW + timedelta(days=1, seconds=-1)
    assert ring.holder(key) is not None
    moment = NOW + timedelta(days=1)
    assert ring.holder(key) is None


def test_a_key_is_compared_in_constant_time_whether_its_id_is_known_or_not(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_file(path, reader=Role.READ)["reader"]
    ring = Keyring(path)
    compared: list[tuple[int, int]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr("service.access.keyring.hmac.compare_digest", compare)
    for presented in (
        key,
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        "rapporteur_00000000_" + "A" * 43,
        "x",
        "",
    ):
        ring.holder(presented)
    assert compared == [(64, 64)] * 5


@given(st.text(st.characters(), max_size=80))
def test_nothing_but_a_key_is_one(tmp_path_factory: pytest.TempPathFactory, presented: str) -> None:
    file = tmp_path_factory.getbasetemp() / "one.json"
    if not file.exists():
        key_file(file, reader=Role.READ)
    assert Keyring(file).holder(presented) is None


def test_an_address_that_asks_too_often_is_told_when_to_come_again_and_others_are_not_touched(
    path: Path,
) -> None:
    keys = key_file(path, one=Role.READ, other=Role.READ)
    settings = Settings(keys=path, rate_per_address="3/minute", rate_per_key="5/minute")
    app = guarded(settings)
    with Caller(app) as client:
        assert [client.get("/v1/whoami").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        refused = client.get("/v1/whoami")
        assert error_of(refused)["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/healthz").status_code == 200, "the load balancer is not counted"
        codes = [client.get("/v1/whoami", headers=bearer(keys["one"])).status_code for _ in range(6)]
        assert codes == [200] * 5 + [429], "a key is counted by itself, wherever it is used from"
        assert client.get("/v1/whoami", headers=bearer(keys["other"])).status_code == 200


def test_guessing_keys_is_counted_too(path: Path) -> None:
    key_file(path, one=Role.READ)
    with client_of(Settings(keys=path, anonymous=False, rate_per_address="3/minute")) as client:
        codes = [client.get("/v1/whoami", headers=bearer(f"guess{n}")).status_code for n in range(5)]
    assert codes == [401, 401, 401, 429, 429]


def test_one_customers_ipv6_addresses_are_one_asker() -> None:
    app = guarded(Settings(rate_per_address="2/minute", proxies=("192.0.2.1",)))
    with Caller(app, address="192.0.2.1") as client:
        codes = [
            client.get("/v1/whoami", headers={"X-Forwarded-For": f"2001:db8:1:2::{n}"}).status_code
            for n in range(4)
        ]
        assert codes == [200, 200, 429, 429]
        other = client.get("/v1/whoami", headers={"X-Forwarded-For": "2001:db8:1:3::1"})
        assert other.status_code == 200


def test_a_proxys_word_counts_only_if_it_is_trusted() -> None:
    said = {"X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https"}
    with client_of(Settings(proxies=("10.0.0.0/8", "192.0.2.7"))) as client:
        body = client.get("/v1/whoami", headers=said).json()
        assert (body["client"], body["scheme"]) == ("198.51.100.9", "https")
    for proxies in ((), ("10.0.0.0/8",)):
        with client_of(Settings(proxies=proxies)) as client:
            body = client.get("/v1/whoami", headers=said).json()
            assert (body["client"], body["scheme"]) == ("192.0.2.7", "http")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("docs.example.org", 200),
        ("DOCS.example.org:8000", 200),
        ("docs.example.org.", 200),
        ("a.example.net", 200),
        ("a.b.example.net", 200),
        ("[::1]:8000", 200),
        ("example.net", 400),
        ("evilexample.net", 400),
        ("docs.example.org.evil.test", 400),
        ("docs.example.org@evil.test", 400),
        ("docs.example.org/evil", 400),
        ("", 400),
        ("::1", 400),
        ("*.example.net", 400),
    ],
)
def test_only_the_names_given_are_answered_under(host: str, status: int) -> None:
    settings = Settings(hosts=("docs.example.org", "*.example.net", "::1"))
    with client_of(settings) as client:
        response = client.get("/v1/whoami", headers={"Host": host})
        assert response.status_code == status
        if status == 400:
            assert error_of(response)["code"] == "unknown_host"
            assert not host or host not in response.text


def test_on_loopback_no_name_of_a_stranger_leads_to_the_service() -> None:
    """A page whose name is pointed at 127.0.0.1 (DNS rebinding) would read everything."""
    for host in ("127.0.0.1", "::1", "localhost"):
        assert set(hosts_for(host, None, ())) == {"localhost", "127.0.0.1", "::1"}
    assert "docs.example.org" in hosts_for("127.0.0.1", "https://docs.example.org:8443/un", ())
    assert hosts_for("0.0.0.0", None, ()) == hosts_for("192.0.2.1", None, ()) == ()  # noqa: S104
    assert hosts_for("127.0.0.1", None, ("docs.example.org",)) == ("docs.example.org",)


def test_no_origin_but_those_named_is_allowed_to_call() -> None:
    stranger = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    friend = stranger | {"Origin": "https://example.org"}
    with client_of(Settings()) as client:
        for response in (
            client.get("/v1/whoami", headers=stranger),
            client.options("/v1/whoami", headers=stranger),
        ):
            assert not [name for name in response.headers if name.startswith("access-control")]
    with client_of(Settings(origins=("https://example.org",))) as client:
        assert "access-control-allow-origin" not in client.get("/v1/whoami", headers=stranger).headers
        allowed = client.get("/v1/whoami", headers=friend)
        assert allowed.headers["access-control-allow-origin"] == "https://example.org"
        assert "access-control-allow-credentials" not in allowed.headers
        assert client.options("/v1/whoami", headers=friend).status_code == 200


def test_a_preflight_needs_no_key(path: Path) -> None:
    key_file(path, reader=Role.READ)
    settings = Settings(keys=path, anonymous=False, origins=("https://example.org",))
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    with client_of(settings) as client:
        assert client.options("/v1/whoami", headers=asked).status_code == 200
        refused = client.get("/v1/whoami", headers={"Origin": "https://example.org"})
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == "https://example.org"


def test_every_response_refusals_too_tells_browsers_to_do_nothing_with_it(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key_file(path, reader=Role.READ)
    with client_of(Settings(keys=path, hosts=("rapporteur.test",), max_body_bytes=1024)) as client:
        responses = [
            client.get("/v1/whoami"),
            client.get("/v1/whoami", headers=bearer("wrong")),
            client.get("/nowhere"),
            client.get("/v1/whoami", headers={"Host": "evil.test"}),
            client.post("/v1/whoami", content=b"x" * 2000),
            client.get("/v1/broken/now"),
            client.get("/healthz"),
        ]
    assert [r.status_code for r in responses] == [200, 401, 404, 400, 413, 500, 200]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert response.headers["x-request-id"]
        assert "server" not in response.headers
        assert "strict-transport-security" not in response.headers
    assert responses[0].headers["cache-control"] == "no-store"


def test_over_https_browsers_are_told_to_stay_there() -> None:
    with Caller(guarded(Settings()), "https://rapporteur.test") as client:
        assert "max-age" in client.get("/healthz").headers["strict-transport-security"]


def test_settings_that_hold_several_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_HOSTS", "a.example.org, b.example.org,")
    monkeypatch.setenv("RAPPORTEUR_PROXIES", "10.0.0.0/8")
    settings = Settings()
    assert settings.hosts == ("a.example.org", "b.example.org")
    assert settings.proxies == ("10.0.0.0/8",)
    with pytest.raises(ValidationError, match="expected a rate such as 600/minute"):
        Settings(rate_per_key="often")


def test_file_that_names_an_id_twice_is_refused(path: Path) -> None:
    key_file(path, reader=Role.READ)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({"keys": content["keys"] * 2}))
    with pytest.raises(KeyFileError, match="each id once"):
        read_keys(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_file_that_may_not_be_read_is_named(path: Path) -> None:
    key_file(path, reader=Role.READ)
    path.chmod(0)
    with pytest.raises(KeyFileError, match="can't be read: Permission denied"):
        read_keys(path)

"""The card vault on KMS (moto) and a real Valkey: only the payment's own card comes out, and never in clear."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from paygate.adapters.aws_json import KMS, AwsJsonClient
from paygate.adapters.card_vault import TTL_SECONDS, KmsCardVault
from paygate.adapters.redis import RedisStore
from paygate.domain.errors import VaultUnavailableError
from paygate.domain.ids import new_id
from tests.integration.support import aws_client, faulty_server, refusing_port, reply
from tests.support.rows import CARD

THREADS = 8


@pytest.fixture
def vault_without_redis(kms: AwsJsonClient, card_key_id: str) -> Iterator[KmsCardVault]:
    with refusing_port() as port:
        yield KmsCardVault(RedisStore(f"redis://127.0.0.1:{port}"), lambda: kms, card_key_id)


@pytest.fixture
def vault_without_kms(redis_store: RedisStore, card_key_id: str) -> Iterator[KmsCardVault]:
    with refusing_port() as port, closing(aws_client(KMS, f"http://127.0.0.1:{port}")) as away:
        yield KmsCardVault(redis_store, lambda: away, card_key_id)


@pytest.mark.parametrize("holder_name", [None, "", "Zoë Ω नमस्ते 😀"])
def test_what_is_put_in_comes_out_again(card_vault: KmsCardVault, holder_name: str | None) -> None:
    payment_id, card = new_id("pay"), replace(CARD, holder_name=holder_name)
    card_vault.put(payment_id, card)
    sealed = card_vault.fetch([payment_id, new_id("pay")])
    assert list(sealed) == [payment_id], "without those that are not there"
    assert card_vault.open(payment_id, sealed[payment_id]) == card
    assert card_vault.fetch([payment_id]) == sealed, "reading does not take it away"


def test_nothing_of_the_card_lies_in_redis_in_clear_and_all_of_it_for_minutes_only(
    card_vault: KmsCardVault, raw_redis: Any
) -> None:
    payment_id = new_id("pay")
    card_vault.put(payment_id, CARD)
    (key,) = raw_redis.keys(f"*{payment_id}*")
    assert 0 < raw_redis.ttl(key) <= TTL_SECONDS == 15 * 60
    at_rest = raw_redis.get(key)
    for text in (at_rest, base64.b64decode(at_rest)):
        for secret in (
            CARD.number,
            CARD.number[-4:],
            base64.b64encode(CARD.number.encode()).decode()[:16],
            "Zoë",
            "cvv",
        ):
            assert secret.encode() not in text


def test_the_same_card_never_looks_the_same(card_vault: KmsCardVault) -> None:
    ids = [new_id("pay") for _ in range(5)]
    for payment_id in ids:
        card_vault.put(payment_id, CARD)
    assert len(set(card_vault.fetch(ids).values())) == 5


def test_a_seal_opens_for_its_own_payment_only(card_vault: KmsCardVault) -> None:
    own, other = new_id("pay"), new_id("pay")
    card_vault.put(own, CARD)
    sealed = card_vault.fetch([own])[own]
    assert card_vault.open(other, sealed) is None
    assert card_vault.open(own, sealed) == CARD


def test_a_seal_that_was_changed_does_not_open(card_vault: KmsCardVault) -> None:
    payment_id = new_id("pay")
    card_vault.put(payment_id, CARD)
    blob = bytearray(base64.b64decode(card_vault.fetch([payment_id])[payment_id]))
    blob[-1] ^= 1
    assert card_vault.open(payment_id, base64.b64encode(blob)) is None


def test_what_is_discarded_is_gone_and_the_rest_stays(card_vault: KmsCardVault, raw_redis: Any) -> None:
    ids = [new_id("pay") for _ in range(3)]
    for payment_id in ids:
        card_vault.put(payment_id, CARD)
    card_vault.discard([*ids[:2], new_id("pay")])
    assert list(card_vault.fetch(ids)) == ids[2:]
    assert raw_redis.keys(f"*{ids[0]}*") == []


def test_many_are_opened_by_threads_at_once_each_with_a_client_of_its_own(
    redis_store: RedisStore, card_key_id: str, aws_endpoint_url: str
) -> None:
    with ExitStack() as clients:
        made: list[AwsJsonClient] = []

        def new_client() -> AwsJsonClient:
            made.append(clients.enter_context(closing(aws_client(KMS, aws_endpoint_url))))
            return made[-1]

        card_vault = KmsCardVault(redis_store, new_client, card_key_id)
        cards = {new_id("pay"): replace(CARD, holder_name=f"Holder {number}") for number in range(THREADS * 3)}
        for payment_id, card in cards.items():
            card_vault.put(payment_id, card)
        sealed = card_vault.fetch(list(cards))
        together = Barrier(THREADS)

        def open_some(payment_ids: list[str]) -> dict[str, object]:
            together.wait(timeout=30)
            return {payment_id: card_vault.open(payment_id, sealed[payment_id]) for payment_id in payment_ids}

        with ThreadPoolExecutor(THREADS) as pool:
            parts = pool.map(open_some, [list(cards)[number::THREADS] for number in range(THREADS)])
        assert {payment_id: card for part in parts for payment_id, card in part.items()} == cards
        assert len(made) == 1 + THREADS


def test_without_redis_the_vault_is_unavailable(vault_without_redis: KmsCardVault) -> None:
    with pytest.raises(VaultUnavailableError):
        vault_without_redis.put(new_id("pay"), CARD)
    with pytest.raises(VaultUnavailableError):
        vault_without_redis.fetch([new_id("pay")])
    with pytest.raises(VaultUnavailableError):
        vault_without_redis.discard([new_id("pay")])


def test_without_redis_there_is_still_nothing_to_do_for_no_card(vault_without_redis: KmsCardVault) -> None:
    assert vault_without_redis.fetch([]) == {}
    vault_without_redis.discard([])


def test_without_kms_cards_can_be_neither_taken_nor_opened_but_are_not_lost(
    card_vault: KmsCardVault, vault_without_kms: KmsCardVault, raw_redis: Any
) -> None:
    untaken, payment_id = new_id("pay"), new_id("pay")
    with pytest.raises(VaultUnavailableError) as raised:
        vault_without_kms.put(untaken, CARD)
    assert CARD.number not in str(raised.value)
    assert raw_redis.keys(f"*{untaken}*") == []
    card_vault.put(payment_id, CARD)
    sealed = card_vault.fetch([payment_id])[payment_id]
    with pytest.raises(VaultUnavailableError):
        vault_without_kms.open(payment_id, sealed)
    assert card_vault.open(payment_id, sealed) == CARD


@pytest.mark.parametrize("code", ["AccessDeniedException", "DisabledException", "KMSInvalidStateException"])
def test_a_key_that_may_not_be_used_is_an_outage_and_not_a_card_that_is_gone(
    redis_store: RedisStore, card_vault: KmsCardVault, card_key_id: str, code: str
) -> None:
    payment_id = new_id("pay")
    card_vault.put(payment_id, CARD)
    sealed = card_vault.fetch([payment_id])[payment_id]
    with (
        faulty_server(reply("400 Bad Request", f'{{"__type":"{code}"}}'.encode())) as server,
        closing(aws_client(KMS, server.url)) as refusing,
        pytest.raises(VaultUnavailableError),
    ):
        KmsCardVault(redis_store, lambda: refusing, card_key_id).open(payment_id, sealed)

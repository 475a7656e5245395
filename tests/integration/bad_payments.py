"""Bad payments, by UPI and by card."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.integration.bad_input import CARD, CARD_PAYMENT, UPI, Bad, any_of, card, payment, upi, without

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
# Long enough ago for the month to be over in every time zone.
LAST_MONTH = datetime.now(UTC).replace(day=1) - timedelta(days=3)
EXPIRED_FIELD = "card.expiry_year" if LAST_MONTH.month == 12 else "card.expiry_month"

VARIANTS = [
    *(payment(f"upi without {name}", name, MISSING, without(UPI, name)) for name in UPI),
    *(payment(f"card without {name}", name, MISSING, without(CARD_PAYMENT, name)) for name in CARD_PAYMENT),
    payment("nothing", "method", MISSING, {}),
    payment("upi with a card for its vpa", "vpa", MISSING, {**CARD_PAYMENT, "method": "upi"}),
    payment("card with a vpa for its card", "card", MISSING, {**UPI, "method": "card"}),
    payment("upi with vpa and card", "card", UNKNOWN, {**UPI, "card": CARD}),
    payment("card with card and vpa", "vpa", UNKNOWN, {**CARD_PAYMENT, "vpa": "user@paytm"}),
    payment("amount of its own", "amount", UNKNOWN, {**UPI, "amount": 1}),
    payment("currency of its own", "currency", UNKNOWN, {**CARD_PAYMENT, "currency": "USD"}),
    payment("field in capitals", "VPA", UNKNOWN, {**UPI, "VPA": "user@paytm"}),
    *(
        payment(f"method {value!r}", "method", INVALID, {**UPI, "method": value})
        for value in ("cash", "UPI", "upi ", "", "Card", 5, True, None, ["upi"], {"upi": "card"})
    ),
    *(
        payment(f"order_id {value!r}", "order_id", INVALID, {**UPI, "order_id": value})
        for value in ("", " ", "order 1", "order-1", "order_1\n", "order_\x00", "órder_1", "😀", "o" * 65)
    ),
    *(
        payment(f"order_id {value!r}", "order_id", INVALID, {**CARD_PAYMENT, "order_id": value})
        for value in (5, 1.5, True, None, ["order_1"], {"id": "order_1"})
    ),
]
VPAS = [
    *(
        upi(f"vpa {value!r}", "vpa", "INVALID_VPA", vpa=value)
        for value in (
            *("", "user", "user@", "@paytm", "u@paytm", "user@@paytm", "us er@paytm", " user@paytm", "user@paytm\n"),
            *("user@1bank", "user@pay.tm", "user+tag@paytm", "usér@paytm", "use\u0301r@paytm", "😀😀@paytm"),
            *("user@bank😀", "१२३@paytm", "user@раytm", "user@paytm'; DROP TABLE payments--", "a" * 257 + "@upi"),
        )
    ),
    upi("vpa of 500 characters", "vpa", vpa="a" * 500),
    upi("NUL in vpa", "vpa", vpa="user\x00@paytm"),
    *(upi(f"vpa {value!r}", "vpa", vpa=value) for value in (5, True, None, ["user@paytm"], {"vpa": "user@paytm"})),
    Bad(
        "upi: half a character in vpa",
        "POST /payments",
        '{"order_id":"order_test_123","method":"upi","vpa":"us\\ud83der@paytm"}',
        None,
        "INVALID_JSON",
    ),
]
CARDS = [
    *(
        payment(f"card without {name}", f"card.{name}", MISSING, {**CARD_PAYMENT, "card": without(CARD, name)})
        for name in without(CARD, "holder_name")
    ),
    *(
        payment(f"card {value!r}", "card", INVALID, {**CARD_PAYMENT, "card": value})
        for value in any_of(None, "4242424242424242", 4242424242424242, [], [CARD], True)
    ),
    payment("empty card", "card.number", MISSING, {**CARD_PAYMENT, "card": {}}),
    card("unknown field", "card.name", UNKNOWN, name="Asha Rao"),
    card("track data", "card.track2", UNKNOWN, track2=";4242424242424242=4012?"),
    *(
        card(f"number {value!r}", "card.number", "INVALID_CARD", number=value)
        for value in (
            *("4242424242424241", "4242424242424224", "4242", "424242424242", "42424242424242424242", "- -"),
            *("3530111333300000", "6759649826438453", "5018000000000009", "9999999999999995", "0000000000000000"),
            *("4242.4242.4242.4242", "4242424242424242\n", "+4242424242424242", "４２４２４２４２４２４２４２４２"),
            *("4242424242424242\x00", "😀", "37828224631000", "37828224631000500"),
        )
    ),
    *(
        card(f"number {value!r}", "card.number", number=value)
        for value in ("", "4" * 41, 4242424242424242, None, True, ["4242424242424242"], {"pan": "4242424242424242"})
    ),
    card(
        "expired last month", EXPIRED_FIELD, "EXPIRED_CARD", expiry_month=LAST_MONTH.month, expiry_year=LAST_MONTH.year
    ),
    card("expired in 2020", "card.expiry_year", "EXPIRED_CARD", expiry_year=2020),
    card("expired in 20", "card.expiry_year", "EXPIRED_CARD", expiry_year="20"),
    *(
        card(f"month {value!r}", "card.expiry_month", "INVALID_EXPIRY", expiry_month=value)
        for value in (0, 13, -1, "00")
    ),
    *(
        card(f"month {value!r}", "card.expiry_month", expiry_month=value)
        for value in (1.5, 1.0, True, None, "", " 1", "1e0", "Dec", "१", [12], 2**70 * 1.0, "00012")
    ),
    *(
        card(f"year {value!r}", "card.expiry_year", "INVALID_EXPIRY", expiry_year=value)
        for value in (-1, 100, 1999, 2199, 9999, 2**70, 10**400)
    ),
    *(
        card(f"year {value!r}", "card.expiry_year", expiry_year=value)
        for value in (2040.5, True, None, "", "-1", "20400", "２０４０", [2040])
    ),
    card("4 digits of a Visa", "card.cvv", "INVALID_CVV", cvv="1234"),
    card("3 digits of an Amex", "card.cvv", "INVALID_CVV", number="378282246310005", cvv="123"),
    *(
        card(f"cvv {value!r}", "card.cvv", "INVALID_CVV", cvv=value)
        for value in ("1", "12", "12a", " 12", "12\n", "١٢٣", "１２３", "1\x003", "😀😀😀", "-12")
    ),
    *(card(f"cvv {value!r}", "card.cvv", cvv=value) for value in ("", "1" * 11, 123, 1.5, None, True, ["123"])),
    *(
        card(f"holder {value!r}", "card.holder_name", holder_name=value)
        for value in any_of("", "n" * 101, "a\x00b", 5, True, ["Asha"], {})
    ),
]
BAD_PAYMENTS = [*VARIANTS, *VPAS, *CARDS]

"""The checkout page's copy of the card networks is the API's, and its types name every option."""

from __future__ import annotations

import json
import re
import subprocess
from urllib.parse import quote

from paygate.domain import cards
from paygate_local.settings import ROOT

SITE = ROOT / "static_checkout"
PRINT_TABLES = """
import(process.argv[1]).then(({ NETWORKS, RANGES }) => console.log(JSON.stringify({ NETWORKS, RANGES })));
"""


def test_card_networks() -> None:
    module = (SITE / "checkout" / "cards.js").read_text(encoding="utf-8")
    command = ["node", "--input-type=module", "-e", PRINT_TABLES, "data:text/javascript," + quote(module)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    tables = json.loads(done.stdout)
    networks = {network for _, _, network in cards.RANGES}
    assert tables["NETWORKS"] == {
        network.name: {"lengths": list(network.number_lengths), "cvv": network.cvv_length} for network in networks
    }
    assert tables["RANGES"] == [[start, end, network.name] for start, end, network in cards.RANGES]


def test_types_name_every_option() -> None:
    told = (SITE / "checkout.d.ts").read_text(encoding="utf-8")
    code = (SITE / "checkout.js").read_text(encoding="utf-8")
    shapes = re.findall(r"const (?:OPTIONS|PREFILL|THEME|MODAL) = \{(.*?)\};", code, re.DOTALL)
    names = {name for shape in shapes for name in re.findall(r"(\w+): \"", shape)}
    assert {"key", "orderId", "vpa", "color", "backdropClose"} <= names
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", told)) == []

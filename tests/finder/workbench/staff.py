"""A small organisation with a recruiter in it, and the ways into its workbench."""

from pathlib import Path
from typing import Any

from finder.service import Finder
from finder.workbench.desk import Desk, Visit
from models.access import Principal
from models.database import reading
from models.told import ChainRow
from tests.world import Row, World, document, person, reader

RITA = reader("rita", "recruiters")
OTTO = reader("otto", "recruiters")
PURPOSE = "Staff the pumping project in spring"
WANTED = "- vacuum pumps\n- payroll closing\n- heraldry"
SECRET = b"the secret of a test"


def people() -> list[Row]:
    return [
        person("rita", name="Rita Recruiter"),
        person("otto", name="Otto Zweitmann"),
        person("vera-vac", name="Vera Vakuum", team="Pumpenhaus", location="Reykjavik", timezone="Atlantic/Reykjavik", title="Pumpmaster"),
        person("paul.pay", name="Paul Lohnmann", team="Zahlstelle", location="Windhoek", timezone="Africa/Windhoek", title="Paymaster"),
        person("bea", name="Béatrice Beides", team="Mittelbau", location="Tromsø", timezone="Europe/Oslo"),
    ]


def documents() -> list[Row]:
    return [
        document("v", "Vacuum pumps, by Vera", "Vera Vakuum says she seals them; ask vera-vac.", ["vera-vac"]),
        *(document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["vera-vac"]) for n in range(9)),
        document("p", "Payroll closing by Paul", "How he closes the month: his notes", ["paul.pay"], created="2025-03-04"),
        *(document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["paul.pay"], created="2025-03-04") for n in range(9)),
        document("vb", "Vacuum pumps compared", "sealing, with Béatrice", ["bea"]),
        document("pb", "Payroll closing compared", "month", ["bea"]),
        document("vc", "Vacuum pumps in the cold", "oil thickens below zero", ["bea"]),
        document("pc", "Payroll closing in a hurry", "leap years and holidays", ["bea"]),
        document("vd", "Vacuum pumps abroad", "voltage and plugs", ["bea"]),
        document("pd", "Payroll closing abroad", "taxes of two countries", ["bea"]),
        *(document(f"r{n}", f"Vacuum pumps and payroll {n}", "closing", ["rita"]) for n in range(3)),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", [f"cook{n % 3}"]) for n in range(50)),
    ]


def world(folder: Path, **more: Any) -> World:
    groups = [{"id": "recruiters", "name": "Recruiters", "members": ["rita", "otto"]}]
    return World(folder, people(), groups, documents(), **more)


def visit(principal: Principal = RITA) -> Visit:
    return Visit(principal, "a-request")


def started(desk: Desk, description: str = WANTED, *, blind: bool = True) -> str:
    number = desk.start(visit(), PURPOSE, description)
    if not blind:
        desk.hide(visit(), number, blind=False)
    return number


def chain(finder: Finder) -> list[ChainRow]:
    with reading(finder.engine) as session:
        return list(session.query(ChainRow).order_by(ChainRow.id))

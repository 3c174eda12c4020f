"""Make the tables of the built-in hall ``xindu`` from the service catalogue.

    python tools/make_xindu.py --catalogue DIR [--out resources/halls/xindu]

The catalogue is a folder of CSV files in three languages (its README says what every column
rests on). Windows, organisations, items, queues and the day profile come from there; staff is
made up here, numbers instead of names. ``hall.toml`` and ``README.md`` are written by hand.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from hallclient.services.hallfile.initials import initials_of

Rows = list[dict[str, str]]

FOUR_DIGITS_ABOVE = 600
"""Tickets of a normal day from which a queue's labels have four digits all day."""

COMMON = 12
"""Places in the kiosk's list of common services."""

FORMS = {
    "原件": ("原件", "原件", "Original"),
    "复印件": ("复印件", "複印件", "Copy"),
    "原件及复印件": ("原件及复印件", "原件及複印件", "Original and copy"),
}
FLOORS = {"1": ("一楼", "一樓"), "2": ("二楼", "二樓"), "3": ("三楼", "三樓")}
PLACES = {
    "1A": ("进门正前方", "進門正前方", "Straight ahead"),
    "1B": ("进门右手边", "進門右手邊", "To the right"),
    "1C": ("进门左手边", "進門左手邊", "To the left"),
    "2A": ("乘扶梯上二楼，左手边", "乘扶梯上二樓，左手邊", "Escalator to floor 2, left"),
    "2B": ("乘扶梯上二楼，右手边", "乘扶梯上二樓，右手邊", "Escalator to floor 2, right"),
    "3A": ("乘电梯到三楼，左手边", "乘電梯到三樓，左手邊", "Lift to floor 3, left"),
    "3B": ("乘电梯到三楼，右手边", "乘電梯到三樓，右手邊", "Lift to floor 3, right"),
}
BOXES = {
    "1A": "35;6;30;40", "1B": "70;6;25;70", "1C": "5;6;25;70",
    "2A": "5;6;40;70", "2B": "55;6;40;70", "3A": "5;6;40;70", "3B": "55;6;40;70",
}  # fmt: skip
ICONS = {
    "BDC": "house", "FCZ": "house", "ZBZ": "house", "GJJ": "fund", "YHG": "fund",
    "SBJ": "shield", "YBJ": "shield", "SWS": "tax", "HJK": "idcard", "CRJ": "passport",
    "JJD": "idcard", "MZJ": "people", "HDC": "heart", "CLH": "wheelchair", "ZWJ": "grid",
    "BBZ": "help-person", "TYJ": "star",
}  # fmt: skip
EASY = {
    "SBJ": ("养老金、社保", "養老金、社保", "Pension, insurance", "H"),
    "YBJ": ("看病报销", "看病報銷", "Doctor’s bills", "Y"),
    "HJK": ("户口、身份证", "戶口、身份證", "Register, ID card", "P"),
    "BDC": ("房子的事", "房子的事", "Your home", "B"),
    "JJD": ("车子、驾照", "車子、駕照", "Car and licence", "J"),
    "MZJ": ("低保、救助", "低保、救助", "Social aid", "MA"),
    "CLH": ("残疾人的事", "殘疾人的事", "Disability", "MB"),
    "SWS": ("交税", "繳稅", "Taxes", "F"),
}
"""What people call the departments that old people come to, and the queue of their tile."""

NOT_EASY = ("", "", "", "")

FEWEST_OF_A_TOPIC = 5
"""A topic with fewer services of an audience is left to the other audience."""

TOPIC_ICONS = {
    "Birth": "person", "School": "guide", "Household and ID": "idcard", "Work": "user-check",
    "Social insurance": "shield", "Healthcare": "heart", "Marriage": "heart", "Home": "house",
    "Driving and travel": "flag", "Going abroad": "passport", "Later life": "people",
    "Aid and veterans": "help-person", "After a death": "people",
    "Starting a business": "flag", "Running a business": "building",
    "Closing a business": "door", "Trade licences": "doc", "Tax": "tax",
    "Construction": "dock", "Farming": "sun", "Utilities": "plug", "Legal services": "doc",
}  # fmt: skip

FEES = {
    "首次申领免费": ("首次申领免费", "首次申領免費", "First card free"),
    "20元/证": ("20 元一证", "20 元一證", "¥20 each"),
    "40元/证": ("40 元一证", "40 元一證", "¥40 each"),
    "10元/证": ("10 元一证", "10 元一證", "¥10 each"),
    "120元/本": ("120 元一本", "120 元一本", "¥120 each"),
    "60元/本": ("60 元一本", "60 元一本", "¥60 each"),
    "20元/枚": ("20 元一枚", "20 元一枚", "¥20 each"),
    "550元/件": ("550 元一件", "550 元一件", "¥550 a case"),
    "不收费": ("不收费", "不收費", "Free"),
    "证书工本费10元/本": ("证书工本费 10 元一本", "證書工本費 10 元一本", "¥10 a certificate"),
    "住宅80元/件，非住宅550元/件": (
        "住宅 80 元一件，非住宅 550 元", "住宅 80 元一件，非住宅 550 元", "Home ¥80, other ¥550",
    ),
    "一次15元，二次30元，多次另计": (
        "一次 15 元，二次 30 元，多次另计", "一次 15 元，二次 30 元，多次另計",
        "Once ¥15, twice ¥30, more extra",
    ),
    "号牌100元/副，行驶证10元，登记证书10元": (
        "号牌 100 元，行驶证、登记证书各 10 元", "號牌 100 元，行駛證、登記證書各 10 元",
        "Plates ¥100, licence and certificate ¥10 each",
    ),
    "号牌70元/副，行驶证10元，登记证书10元": (
        "号牌 70 元，行驶证、登记证书各 10 元", "號牌 70 元，行駛證、登記證書各 10 元",
        "Plates ¥70, licence and certificate ¥10 each",
    ),
    "号牌100元/副": ("号牌 100 元一副", "號牌 100 元一副", "Plates ¥100"),
}  # fmt: skip

BOOKED_PERCENT, SLICES_A_DAY = 25, 16
"""How much of a queue's usual half hour can be booked."""

LOCAL = ("", ".zh-Hant", ".en")


def main() -> int:
    """Read the catalogue, write the tables, say how big they are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--catalogue", type=Path, required=True, help="folder of the catalogue")
    parser.add_argument("--out", type=Path, default=Path("resources/halls/xindu"))
    args = parser.parse_args()
    catalogue = {
        name: read(args.catalogue / f"{name}.csv")
        for name in (
            "departments", "services", "services_extra", "materials", "queues",
            "zones_windows", "arrivals", "topics", "fees",
        )
    }  # fmt: skip
    args.out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(catalogue).items():
        write(args.out / f"{name}.csv", rows)
        sys.stdout.write(f"{name}.csv: {len(rows)} rows\n")
    return 0


def tables(catalogue: dict[str, Rows]) -> dict[str, Rows]:
    """Return every table of the hall."""
    hall = {row["service"]: row for row in catalogue["services_extra"] if row["set"] == "hall"}
    items = [row for row in catalogue["services"] if row["code"] in hall]
    found = topics(catalogue["topics"], items)
    fees = {row["service"]: FEES[row["fee_zh"]] for row in catalogue["fees"]}
    return {
        "zones": zones(catalogue["zones_windows"]),
        "departments": departments(catalogue["departments"]),
        "topics": list(found.values()),
        "series": series(catalogue["queues"]),
        "queues": queues(catalogue["queues"], booked(items, hall)),
        "services": services(items, hall, found, fees),
        "materials": materials(catalogue["materials"], hall),
        "windows": windows(catalogue["zones_windows"]),
        "hours": hours(catalogue["queues"]),
        "staff": staff(catalogue["zones_windows"]),
        "arrivals": catalogue["arrivals"],
        "traffic": traffic(catalogue["services"], hall),
    }


def local(key: str, texts: Iterable[str]) -> dict[str, str]:
    """Return a text in three languages as columns."""
    return {key + suffix: text for suffix, text in zip(LOCAL, texts, strict=True)}


def named(row: dict[str, str], prefix: str = "name") -> tuple[str, str, str]:
    """Return the three names of a catalogue row."""
    return row[f"{prefix}_zh"], row[f"{prefix}_zh_hant"], row[f"{prefix}_en"]


def zones(rows: Rows) -> Rows:
    """Return the zones, in the order of their windows."""
    found = {}
    for row in rows:
        code, floor = row["zone"], row["floor"]
        found[code] = {
            "code": code,
            **local("name", named(row, "zone")),
            **local("floor", (*FLOORS[floor], f"Floor {floor}")),
            **local("place", PLACES[code]),
            "letter": code,
            "map_box": BOXES[code],
        }
    return list(found.values())


def departments(rows: Rows) -> Rows:
    """Return the organisations."""
    return [
        {
            "code": row["code"],
            **local("name", named(row)),
            "icon": ICONS.get(row["code"], "building"),
            **local("easy", EASY.get(row["code"], NOT_EASY)[:3]),
            "easy_queue": EASY.get(row["code"], NOT_EASY)[3],
        }
        for row in rows
    ]


def topics(rows: Rows, items: Rows) -> dict[tuple[str, str], dict[str, str]]:
    """Return the topics by audience and name: persons' first, in the catalogue's order."""
    size = Counter((audience, row["topic"]) for row in items for audience in audiences(row))
    return {
        (audience, row["topic"]): {
            "code": f"{audience[0]}-{row['topic_en'].lower().replace(' ', '-')}",
            **local("name", (row["topic"], row["topic_hant"], row["topic_en"])),
            "audience": audience,
            "icon": TOPIC_ICONS.get(row["topic_en"], "grid"),
        }
        for audience in ("person", "company")
        for row in rows
        if size[audience, row["topic"]] >= FEWEST_OF_A_TOPIC
    }


def audiences(row: dict[str, str]) -> tuple[str, ...]:
    """Return whom an item is for."""
    return ("person", "company") if row["audience"] == "both" else (row["audience"],)


def topics_of(row: dict[str, str], found: dict[tuple[str, str], dict[str, str]]) -> str:
    """Return the codes of an item's topics."""
    name = row["topic"]
    own = [key for audience in audiences(row) if (key := (audience, name)) in found]
    other = [key for key in found if key[1] == name]
    return ";".join(found[key]["code"] for key in own or other[:1])


def booked(items: Rows, hall: dict[str, dict[str, str]]) -> set[str]:
    """Return the queues most of whose items can be booked."""
    votes: Counter[str] = Counter()
    for row in items:
        votes[hall[row["code"]]["queue"]] += 1 if row["bookable"] == "1" else -1
    return {queue for queue, vote in votes.items() if vote > 0}


def series(rows: Rows) -> Rows:
    """Return one series per queue; busy ones have four digits."""
    return [
        {
            "code": row["queue"],
            "prefix": row["queue"],
            "digits": "4" if float(row["tickets_normal_day"]) > FOUR_DIGITS_ABOVE else "3",
        }
        for row in rows
    ]


def queues(rows: Rows, bookable: set[str]) -> Rows:
    """Return the queues; a share of their usual half hour can be booked."""
    return [
        {
            "code": row["queue"],
            **local("name", named(row)),
            "series": row["queue"],
            "zone": row["zone"],
            "slice_booked": slice_booked(row) if row["queue"] in bookable else "",
        }
        for row in rows
    ]


def slice_booked(row: dict[str, str]) -> str:
    """Return how many appointments half an hour takes."""
    usual = float(row["tickets_normal_day"]) / SLICES_A_DAY
    return str(max(1, round(usual * BOOKED_PERCENT / 100)))


def services(
    rows: Rows,
    hall: dict[str, dict[str, str]],
    found: dict[tuple[str, str], dict[str, str]],
    fees: dict[str, tuple[str, str, str]],
) -> Rows:
    """Return the items and desk services, with initials, so that loading stays quick."""
    items = [code for code, extra in hall.items() if extra["category"] != "desk"]
    items.sort(key=lambda code: -float(hall[code]["tickets_normal_day"]))
    common = {code: str(place) for place, code in enumerate(items[:COMMON], start=1)}
    return [
        {
            "code": row["code"],
            **local("name", named(row)),
            "department": row["department"],
            "queue": hall[row["code"]]["queue"],
            "kind": row["kind"],
            "legal_days": row["legal_days"],
            "promised_days": row["promised_days"],
            "minutes": row["minutes"],
            "aliases": row["aliases"],
            "initials": ";".join(initials_of((row["name_zh"], *row["aliases"].split(";")))),
            "common": common.get(row["code"], ""),
            **local("fee", fees.get(row["code"], ("", "", ""))),
            "topics": topics_of(row, found),
        }
        for row in rows
    ]


def materials(rows: Rows, hall: dict[str, dict[str, str]]) -> Rows:
    """Return the papers; 容缺 may follow later, 0 is needed only in the case it names."""
    found = []
    for row in sorted(rows, key=lambda row: (row["service"], int(row["order"]))):
        if row["service"] not in hall:
            continue
        form = FORMS[row["form"]]
        if row["required"] == "容缺":
            form = (f"{form[0]}，可后补", f"{form[1]}，可後補", f"{form[2]}, may follow")
        found.append(
            {
                "service": row["service"],
                "name": row["material_zh"],
                **local("form", form),
                "optional": "1" if row["required"] == "0" else "0",
            }
        )
    return found


def windows(rows: Rows) -> Rows:
    """Return the windows: their own queue first, then the spare ones in order."""
    return [
        {
            "number": row["window"],
            "zone": row["zone"],
            "queues": ";".join(word for word in (row["queue"], row["backup_queues"]) if word),
            "department": "" if ";" in row["departments"] else row["departments"],
        }
        for row in rows
    ]


def hours(rows: Rows) -> Rows:
    """Return the hours: one rule for all, then the queues with evening or Saturday sessions."""
    day = {"weekdays": "1-5", "opens": "9:00", "closes": "17:00"}
    day |= {"tickets_from": "8:30", "tickets_until": "17:00"}
    evening = {"weekdays": "2;4", "opens": "17:00", "closes": "20:00"}
    evening |= {"tickets_from": "17:00", "tickets_until": "20:00"}
    saturday = {"weekdays": "6", "opens": "9:00", "closes": "13:00"}
    saturday |= {"tickets_from": "8:30", "tickets_until": "13:00"}
    found = [{"queue": "", **day}]
    for row in rows:
        extra = [evening] * (row["evening"] == "1") + [saturday] * (row["saturday"] == "1")
        if extra:
            found += [{"queue": row["queue"], **session} for session in (day, *extra)]
    return found


def staff(rows: Rows) -> Rows:
    """Return made-up staff: a clerk per window, two ushers and a supervisor per zone, one admin.

    Few have a PIN, since hashing some 200 would take longer than everything else: the ushers,
    supervisors, the admin, and the clerks of the first window of each zone.
    """
    size = Counter(row["zone"] for row in rows)
    first = {row["zone"]: row["window"] for row in reversed(rows)}
    found = [{"code": "9000", "name": "系统管理", "role": "admin", "department": "", "pin": "8642",
              "window": ""}]  # fmt: skip
    for place, zone in enumerate(size, start=1):
        code = f"90{place}0"
        found.append(
            {"code": code, "name": f"值班长 {zone}", "role": "supervisor", "department": "",
             "pin": "8642", "window": ""}
        )  # fmt: skip
        found.extend(
            {"code": f"90{place}{nth}", "name": f"导办员 {zone}-{nth}", "role": "usher",
             "department": "", "pin": "2468", "window": ""}
            for nth in (1, 2)
        )  # fmt: skip
    for row in rows:
        number = f"{1000 + int(row['window'])}"
        found.append(
            {
                "code": number,
                "name": f"工作人员 {number}",
                "role": "clerk",
                "department": "" if ";" in row["departments"] else row["departments"],
                "pin": "2468" if first[row["zone"]] == row["window"] else "",
                "window": row["window"],
            }
        )
    return found


def traffic(rows: Rows, hall: dict[str, dict[str, str]]) -> Rows:
    """Return the load of every service."""
    return [
        {
            "service": row["code"],
            "tickets_normal_day": hall[row["code"]]["tickets_normal_day"],
            "minutes": row["minutes"],
            "minutes_sd": row["minutes_sd"],
        }
        for row in rows
        if row["code"] in hall
    ]


def read(path: Path) -> Rows:
    """Return the rows of a catalogue table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: Rows) -> None:
    """Write a table: UTF-8, LF, quoted only where needed."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    raise SystemExit(main())

"""Where the parts of a board stand: landscape 1920×1080, portrait 1080×1920 (09d), in reference px.

A screen of another size scales the nearer of the two. A layout also depends on whether the board is
an LED wall, whether it is bilingual, and whether there is anything for the card.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from hallclient.display.hero import TILES
from hallclient.display.roll import BOXES, FEW_BOXES

Area = tuple[float, float, float, float]
"""x, y, width, height."""

WIDE_SCREEN, TALL_SCREEN = (1920.0, 1080.0), (1080.0, 1920.0)
_NEWEST = (1200.0, 446.0)
_TILE = (590.0, 216.0)
_RECENT = (590.0, 126.0)
_CROWD_ROW = 58.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Sizes of the table of queues: edge, head, row, name, figure, unit; queues on a page."""

    pad: float
    head: float
    head_size: float
    row: float
    name: float
    figure: float
    unit: float
    stacked: bool = False
    """The wait stands under the figure instead of beside it."""
    page: int = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """All places of a board."""

    size: tuple[float, float]
    header: Area
    newest: Area
    tiles: tuple[Area, ...]
    recent: tuple[Area, ...]
    queues: Area
    rows: Rows
    missed: Area
    strip: Area
    card: Area | None
    column: Area
    """Card, queues and missed numbers together: where a published page stands."""
    zoom: float = 1.0
    """Of the large calls; their own reference is 1200×446 and 590×216."""
    box_zoom: float = 1.0
    """Of the recent calls, where they are narrower than 590."""

    @property
    def ground(self) -> Area:
        """What the places of a burst cover: queues and missed numbers, beside them the card."""
        if not self.portrait:
            return self.column
        top = self.queues[1]
        return (40.0, top, 1000.0, 1806.0 - top)

    @property
    def crowd(self) -> tuple[Area, ...]:
        """The places for a burst of calls, column by column."""
        return _crowd(self.ground, 3 if self.portrait else 2)

    @property
    def whole(self) -> Area:
        """The whole board."""
        return (0.0, 0.0, *self.size)

    @property
    def portrait(self) -> bool:
        """Whether the board is higher than wide."""
        return self.size == TALL_SCREEN


@lru_cache(maxsize=8)
def _crowd(ground: Area, columns: int) -> tuple[Area, ...]:
    left, top, width, height = ground
    rows = int(height // _CROWD_ROW)
    wide, step = (width - 12 * (columns - 1)) / columns, height / rows
    return tuple(
        (left + (wide + 12) * column, top + step * row, wide, step - 6)
        for column in range(columns)
        for row in range(rows)
    )


def layout_of(
    width: float,
    height: float,
    *,
    led: bool = False,
    bilingual: bool = False,
    card: bool = False,
    boxes: int = BOXES,
) -> Layout:
    """Return the layout for a screen; ``card`` says that something would stand in the card.

    ``boxes`` are those of the recent calls: six, or three large ones.
    """
    made = _portrait if height > width else _landscape
    layout = made(led=led, bilingual=bilingual, card=card and not led)
    return layout if boxes == BOXES else _few_boxes(layout)


def _few_boxes(layout: Layout) -> Layout:
    """Return a layout with one column of large boxes, as high as the six were, under the newest."""
    left, top = layout.recent[0][:2]
    gap = 14.0 if not layout.portrait else 12.0
    width, bottom = layout.newest[2], layout.recent[-1][1] + layout.recent[-1][3]
    high = (bottom - top - gap * (FEW_BOXES - 1)) / FEW_BOXES
    recent = tuple((left, top + (high + gap) * n, width, high) for n in range(FEW_BOXES))
    return replace(layout, recent=recent, box_zoom=layout.zoom)


COMPACT = Rows(14, 46, 32, 55, 38, 42, 38)
TALL = Rows(18, 56, 36, 126, 42, 60, 38, stacked=True)
LED_ROWS = Rows(10, 84, 44, 110, 52, 76, 46, stacked=True)
LED_TALL_ROWS = Rows(10, 84, 44, 137, 52, 76, 46, stacked=True, page=4)
"""For names that need three lines of 44."""
LED_BOTH_ROWS = Rows(8, 102, 44, 107, 48, 76, 46, stacked=True)
LED_BOTH_TALL_ROWS = Rows(8, 102, 44, 135, 48, 76, 46, stacked=True, page=4)
"""On a bilingual wall the words of the head stand on two lines."""
TALLER = {LED_ROWS: LED_TALL_ROWS, LED_BOTH_ROWS: LED_BOTH_TALL_ROWS}
"""What a wall has in place of rows that are too low for its names."""
_PAIRED = Rows(12, 48, 32, 92, 40, 50, 34, stacked=True, page=3)
_BAND = Rows(14, 56, 34, 74, 40, 46, 38)
_BAND_BOTH = Rows(12, 52, 32, 73, 40, 48, 36)
_BAND_LED = Rows(10, 66, 44, 71, 46, 58, 44)
_BAND_LED_BOTH = Rows(10, 66, 44, 118, 48, 64, 44, page=3)


def _landscape(*, led: bool, bilingual: bool, card: bool) -> Layout:
    queues: Area = (1264, 484, 616, 346) if card else (1264, 120, 616, 656 if led else 710)
    rows = (LED_BOTH_ROWS if bilingual else LED_ROWS) if led else TALL
    if card:
        rows = _PAIRED if bilingual else COMPACT
    return Layout(
        size=WIDE_SCREEN,
        header=(0, 0, 1920, 112),
        newest=(40, 120, *_NEWEST),
        tiles=tuple((40 + 610 * (n % 2), 120 + 230 * (n // 2), *_TILE) for n in range(TILES)),
        recent=tuple((40 + 610 * (n // 3), 586 + 140 * (n % 3), *_RECENT) for n in range(BOXES)),
        queues=queues,
        rows=rows,
        missed=(1264, 792, 616, 200) if led else (1264, 848, 616, 144),
        strip=(0, 1008, 1920, 72),
        card=(1264, 120, 616, 346) if card else None,
        column=(1264, 120, 616, 872),
    )


def _portrait(*, led: bool, bilingual: bool, card: bool) -> Layout:
    zoom, tile_zoom = 1000 / _NEWEST[0], 490 / _TILE[0]
    low = bilingual or led
    """One column of lower rows, or of two columns, leaves room for wider tables below."""
    recent, box_zoom = _one_column(122 if not (card or low) else 100), 1.0
    if bilingual and card:
        box_zoom = 490 / _RECENT[0]
        high = _RECENT[1] * box_zoom
        recent = tuple(
            (40.0 + 510 * (n // 3), 548 + (high + 12) * (n % 3), 490.0, high) for n in range(BOXES)
        )
    places = _band(led=led, bilingual=bilingual, card=card)
    below = places["queues"][1]
    return Layout(
        size=TALL_SCREEN,
        header=(0, 0, 1080, 150),
        newest=(40, 158, 1000, _NEWEST[1] * zoom),
        tiles=tuple(
            (40 + 510 * (n % 2), 158 + 192.3 * (n // 2), 490, _TILE[1] * tile_zoom)
            for n in range(TILES)
        ),
        recent=recent,
        queues=places["queues"],
        rows=_band_rows(led=led, bilingual=bilingual, card=card),
        missed=places["missed"],
        strip=(0, 1820, 1080, 100),
        card=places.get("card"),
        column=(40, below, 1000, 1806 - below),
        zoom=zoom,
        box_zoom=box_zoom,
    )


def _one_column(height: float) -> tuple[Area, ...]:
    step = height + 12
    return tuple((40.0, 548 + step * n, 1000.0, height) for n in range(BOXES))


def _band(*, led: bool, bilingual: bool, card: bool) -> dict[str, Area]:
    """Return the places below the recent calls of a portrait board."""
    if led:
        return {"queues": (40, 1224, 1000, 432), "missed": (40, 1668, 1000, 138)}
    if bilingual:
        wide: dict[str, Area] = {"queues": (40, 1224, 1000, 432), "missed": (40, 1668, 1000, 138)}
        return wide | ({"card": (40, 901, 1000, 309)} if card else {})
    if card:
        return {
            "queues": (40, 1224, 616, 346),
            "missed": (672, 1224, 368, 346),
            "card": (40, 1584, 1000, 222),
        }
    return {"queues": (40, 1358, 616, 448), "missed": (672, 1358, 368, 448)}


def _band_rows(*, led: bool, bilingual: bool, card: bool) -> Rows:
    if led:
        return _BAND_LED_BOTH if bilingual else _BAND_LED
    if bilingual:
        return _BAND_BOTH
    return COMPACT if card else _BAND

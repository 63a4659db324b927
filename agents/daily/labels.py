"""The few words of ours on a rendered page, in the languages that Daybook speaks."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Headings and calendar words of one language."""

    weekdays: str
    months: str
    full_date: str
    short_date: str
    parts_of_day: tuple[str, str, str, str]
    at_a_glance: str
    tasks: str
    due: str
    plans: str
    all_day: str
    decisions: str
    questions: str
    people: str
    places: str
    topics: str
    mood: str
    quotes: str
    warnings: str
    recordings: tuple[str, str]
    minutes: str
    offline: str
    for_now: str
    """How many entries were written offline since no model answered."""
    states: dict[str, str]
    reasons: dict[str, str]
    revision: str

    def full(self, day: date) -> str:
        """Return a date in full: Wednesday, 18 November 2026."""
        return self._filled(self.full_date, day)

    def short(self, day: date) -> str:
        """Return a date in short: Wed 18 Nov."""
        return self._filled(self.short_date, day)

    def _filled(self, pattern: str, day: date) -> str:
        weekday, month = self.weekdays.split()[day.weekday()], self.months.split()[day.month - 1]
        return pattern.format(
            weekday=weekday, month=month, day=day.day, year=day.year, wd=weekday[:3], mon=month[:3]
        )


ENGLISH = Labels(
    weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    months="January February March April May June July August September October November December",
    full_date="{weekday}, {day} {month} {year}",
    short_date="{wd} {day} {mon}",
    parts_of_day=("Morning", "Afternoon", "Evening", "Night"),
    at_a_glance="At a glance",
    tasks="To do",
    due="by {}",
    plans="Coming up",
    all_day="all day",
    decisions="Decided",
    questions="Open questions",
    people="People",
    places="Places",
    topics="Topics",
    mood="Mood",
    quotes="In your own words",
    warnings="Worth knowing",
    recordings=("{} recording", "{} recordings"),
    minutes="{} min of speech",
    offline="written offline from your own words",
    for_now="{} offline for now",
    states={"OPEN": "open", "SETTLED": "settled"},
    reasons={
        "LATE_CLIP": "a late recording came in",
        "REPROCESS": "a recording was written anew",
        "EDIT": "edited",
        "DELETE": "a recording was taken out",
    },
    revision="page {}",
)

GERMAN = Labels(
    weekdays="Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    full_date="{weekday}, {day}. {month} {year}",
    short_date="{wd:.2}, {day}. {mon}",
    parts_of_day=("Morgen", "Nachmittag", "Abend", "Nacht"),
    at_a_glance="Auf einen Blick",
    tasks="Zu tun",
    due="bis {}",
    plans="Steht an",
    all_day="ganztägig",
    decisions="Beschlossen",
    questions="Offene Fragen",
    people="Menschen",
    places="Orte",
    topics="Themen",
    mood="Stimmung",
    quotes="In deinen Worten",
    warnings="Gut zu wissen",
    recordings=("{} Aufnahme", "{} Aufnahmen"),
    minutes="{} min Sprache",
    offline="offline aus deinen eigenen Worten geschrieben",
    for_now="{} vorerst offline",
    states={"OPEN": "offen", "SETTLED": "abgeschlossen"},
    reasons={
        "LATE_CLIP": "eine späte Aufnahme kam dazu",
        "REPROCESS": "eine Aufnahme wurde neu geschrieben",
        "EDIT": "bearbeitet",
        "DELETE": "eine Aufnahme wurde entfernt",
    },
    revision="Fassung {}",
)

SPANISH = Labels(
    weekdays="Lunes Martes Miércoles Jueves Viernes Sábado Domingo",
    months="enero febrero marzo abril mayo junio julio agosto"
    " septiembre octubre noviembre diciembre",
    full_date="{weekday}, {day} de {month} de {year}",
    short_date="{wd} {day} {mon}",
    parts_of_day=("Mañana", "Tarde", "Noche", "Madrugada"),
    at_a_glance="De un vistazo",
    tasks="Por hacer",
    due="antes del {}",
    plans="Próximamente",
    all_day="todo el día",
    decisions="Decidido",
    questions="Preguntas abiertas",
    people="Personas",
    places="Lugares",
    topics="Temas",
    mood="Ánimo",
    quotes="En tus palabras",
    warnings="Conviene saber",
    recordings=("{} grabación", "{} grabaciones"),
    minutes="{} min de voz",
    offline="escrito sin conexión con tus propias palabras",
    for_now="{} sin conexión por ahora",
    states={"OPEN": "abierta", "SETTLED": "cerrada"},
    reasons={
        "LATE_CLIP": "llegó una grabación tardía",
        "REPROCESS": "se reescribió una grabación",
        "EDIT": "editada",
        "DELETE": "se quitó una grabación",
    },
    revision="versión {}",
)

_LABELS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH}


def labels_for(language: str | None) -> Labels:
    """Return the labels for a language code, English where there are none."""
    return _LABELS.get((language or "en").lower()[:2], ENGLISH)

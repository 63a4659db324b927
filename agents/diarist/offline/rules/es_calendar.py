"""Days and hours in Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.calendar_words import CalendarWords
from agents.diarist.offline.rules.patterns import numbered, phrases

_CARDINALS = numbered(
    "una un uno primero\ndos\ntres\ncuatro\ncinco\nseis\nsiete\nocho\nnueve\ndiez\nonce\ndoce\ntrece\ncatorce\nquince"
    "\ndieciséis\ndiecisiete\ndieciocho\ndiecinueve\nveinte\nveintiuno veintiuna\nveintidós\nveintitrés\nveinticuatro"
    "\nveinticinco\nveintiséis\nveintisiete\nveintiocho\nveintinueve\ntreinta",
    first=1,
)
_NUMBERS = _CARDINALS | {"treinta y uno": 31, "cuarto": 15, "media": 30, "un par de": 2}
_HOUR = r"(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|diecisiete|dieciocho|diecinueve|veinte|veintiuna|veintidós|veintitrés)"
_COUNT = rf"(?:\d+|un par de|{'|'.join(_CARDINALS)})"
_DOM = rf"(?:\d{{1,2}}|treinta y uno|{'|'.join(sorted(_CARDINALS, key=len, reverse=True))})"
_DAY = r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
_MONTHS = numbered(
    "enero\nfebrero\nmarzo\nabril\nmayo\njunio\njulio\nagosto\nseptiembre setiembre\noctubre\nnoviembre\ndiciembre",
    first=1,
)
_MONTH = "|".join(_MONTHS)
_UNIT = r"(?:días?|semanas?|mes(?:es)?|años?)"
_COMING = r"(?:que viene|próxim[oa]|que entra|siguiente)"
_BEFORE = r"(?:(?:hasta|para|desde|antes del?|a partir del?|del?|al|el|este|próximo|mismo)\s+)*"
_PART = r"(?:\s+(?:de|por)\s+la\s+(?P<part{n}>mañana|tarde|noche|madrugada)|\s+(?P<part{n}b>del\s+mediodía))?"

_RELATIVE = {
    "pasado mañana": 2,
    "mañana por la mañana": 1,
    "mañana por la tarde": 1,
    "mañana por la noche": 1,
    "mañana": 1,
    "esta mañana": 0,
    "esta noche": 0,
    "esta tarde": 0,
    "hoy": 0,
}

CALENDAR = CalendarWords(
    relative_days=_RELATIVE,
    relative=phrases(rf"(?<!\bla )(?<!cada )(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})\b"),
    weekday=phrases(
        rf"{_BEFORE}(?P<name>{_DAY})\s+(?P<next>de\s+la\s+(?:semana\s+{_COMING}|próxima\s+semana))\b",
        rf"(?P<next2>(?:la\s+)?(?:semana\s+{_COMING}|próxima\s+semana),?\s+(?:el\s+)?)(?P<name2>{_DAY})\b",
        rf"(?P<past3>el\s+pasado\s+)(?P<name3>{_DAY})\b",
        rf"{_BEFORE}(?P<name4>{_DAY})(?:\s+(?P<past4>pasado)(?!\s+mañana)|\s+{_COMING})?\b"
        rf"(?:,?\s+(?:día\s+)?(?P<dom4>\d{{1,2}}|veint\w+|treinta)\b(?!\s+de\s+(?:{_MONTH}))(?![:.]\d))?",
    ),
    weekdays=numbered("lunes\nmartes\nmiércoles\njueves\nviernes\nsábado\ndomingo"),
    distance=phrases(
        rf"(?:dentro de|en|de aquí a)\s+(?P<n>{_COUNT})\s+(?P<unit>{_UNIT})\b",
    ),
    units={"día": "days", "semana": "weeks", "mes": "months", "año": "years"},
    gone=phrases(
        r"(?:ayer|anoche|anteayer|antes de ayer)\b",
        rf"hace\s+(?:{_COUNT}|\w+)\s+{_UNIT}\b",
        r"(?:la|el)\s+(?:semana|fin de semana|mes|año|verano|invierno)\s+pasad[oa]\b",
        r"la última vez\b",
    ),
    date=phrases(
        rf"{_BEFORE}(?:día\s+)?(?P<day>{_DOM})\s+de\s+(?P<month>{_MONTH})\b"
        rf"(?:\s+(?:del?\s+)?(?:(?P<year>20\d\d)|(?P<next_year>(?:año\s+{_COMING}|próximo\s+año))))?",
    ),
    numeric_date=phrases(
        r"(?:el\s+|para el\s+|antes del\s+)?(?P<day>\d{1,2})/(?P<month>1[0-2]|0?[1-9])(?:/(?P<year>20\d\d))?(?!\d)",
        r"(?P<year2>20\d\d)-(?P<month2>\d\d)-(?P<day2>\d\d)\b",
    ),
    month_day=phrases(
        rf"(?:(?:antes|a partir)\s+)?(?:el|del|al)\s+día\s+(?P<day>{_DOM})\b(?!\s+de\s+(?:{_MONTH}))",
        rf"(?:el|antes del|hasta el|para el)\s+(?P<day2>\d{{1,2}})\b(?!\s*(?:%|por|de\s+(?:{_MONTH})|[:.,/]\d))",
    ),
    moved=phrases(r"(?:pasa|pasado|aplazad[oa]|cambiad[oa]|movid[oa]|traslad\w+|adelantad[oa])\b"),
    moved_from=re.compile(r"^del?\b", re.IGNORECASE),
    months=_MONTHS,
    period_end=phrases(
        rf"(?:(?:antes de|hasta|para|a)\s+)?(?:el\s+|l\s+)?(?:fin|final|finales)\s+de(?:l)?\s+(?:este\s+|esta\s+)?(?P<next>próximo\s+)?(?P<unit>mes|año|la semana)(?:\s+(?P<next2>{_COMING}))?\b",
    ),
    weekend=phrases(
        rf"(?:(?:antes del?|para el|este|el|en el|durante el|próximo)\s+)*fin\s+de\s+semana(?:\s+(?P<past>pasado)|\s+{_COMING})?\b"
    ),
    this_week=phrases(r"esta\s+(?:misma\s+)?semana\b"),
    clock=phrases(
        rf"(?:(?:a|sobre|hasta|desde|de|antes de|hacia|para)\s+(?:eso de\s+)?)?las?\s+(?P<h>\d{{1,2}}(?!\d)|{_HOUR})\b(?:[:.](?P<m>\d\d))?"
        r"(?:\s+y\s+(?P<past>media|cuarto|diez|veinte|cinco|veinticinco|treinta)\b|\s+menos\s+(?P<to>cuarto|diez|veinte|cinco|veinticinco)\b|\s+(?P<past2>treinta|quince|cuarenta y cinco)\b)?"
        rf"(?:\s+en punto|\s+horas)?{_PART.format(n='')}(?!\s+(?:cosas|personas|veces|dos\b|tres\b|últimas|chicas|niñas|hermanas))(?=\W|$)",
        r"(?P<h3>[01]?\d|2[0-3])[:](?P<m3>[0-5]\d)(?!\d)" + _PART.format(n="3"),
        r"(?P<h4>\d{1,2})\s+horas\b",
        rf"(?P<h5>{_HOUR})(?:\s+y\s+(?P<past5>media|cuarto))?\s+de\s+la\s+(?P<part5>mañana|tarde|noche|madrugada)\b",
    ),
    fixed_hours=phrases(r"(?:(?:al|a)\s+(?P<noon>mediodía)|(?:a|antes de)\s+(?:la\s+)?(?P<midnight>medianoche))\b"),
    numbers=_NUMBERS | {"cuarenta y cinco": 45},
    before_noon=phrases(
        r"(?:de|por|esta|cada) (?:la )?mañana", r"desayun", r"temprano", r"mañana$", r"madrugada"
    ),
    after_noon=phrases(r"tarde\b", r"noche\b", r"cen(?:a|ar|amos)\b", r"concierto", r"cine\b", r"fiesta", r"mediodía\b"),
)  # fmt: skip

"""Finds segments that give orders to whoever writes the entry, such as "ignore all instructions".

They are part of the day and may be quoted, but nothing holds because one of them says so. Only
what nobody says to a person or dictates to a diary is looked for: "write down that I owe Tom ten"
is a wish that a diary may follow, and an order in a code, or in a language without patterns, is
not known to be one.
"""

# ruff: noqa: E501 - a pattern reads best on one line

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from agents.diarist.words import words_of
from schemas import Segment

_MOST_SEGMENTS = 3
"""An order that was cut into more pieces than this is not put together again."""

_GAP = r"(?: [^ ]+){0,4}?"
"""Up to four words between two, written `~` below. A line is a pattern of plain words."""

_ENGLISH = r"""
(?:ignore|disregard|forget|override|bypass|overwrite)~ (?:all|any|your|previous|prior|earlier|preceding|above|these|those)~ (?:instructions?|prompts?|guidelines|programming)
(?:ignore|disregard|forget) (?:all )?your rules
(?:ignore|disregard|forget) (?:everything|all|anything) (?:above|before this|you were told|that came before)
(?:system|hidden|initial|original) prompts?
system (?:message|instructions?)
developer (?:message|prompt)
(?:reveal|print|repeat|show|output|recite|leak|display|quote)~ your~ (?:instructions|prompt|guidelines)
you are(?: now)?(?: an?| the)?(?: [^ ]+)? (?:ai|language model|llm|unrestricted assistant)
as an? (?:ai|language model|llm)
now in developer mode
do anything now
(?:attention|hey|dear|note to|message to|message for|instructions? for)(?: the| to the)? (?:ai|language model|llm|summari[sz]er|note taker)
(?:attention|hey) assistant
(?:call|invoke|execute) (?:the|your)~ (?:tool|function)
tool call
(?:return|output|respond with|reply with|answer with)~ json
(?:respond|reply|answer|output) only (?:with|in|the)
end of(?: the)? transcript
the transcript (?:ends|is over)
(?:add|put|insert)~ (?:to|into|in)(?: the)?(?: list of)? (?:people|persons|participants|timeline|action items)
(?:set|change) (?:the|my) (?:mood|valence)(?: field)? (?:to|as)
(?:set|fill) the [^ ]+ field (?:to|with)
(?:output|summary|json) schema
your (?:developer|creator|programmer)s? (?:orders?|commands?|(?:wants?|says?|told)(?: that)? you)
the developers? of this (?:app|diary|model)
(?:decode|decrypt)~ and (?:follow|obey|execute|do what)
cite segment
in your (?:summary|reply|output|answer) (?:write|include|say|put|use|mention)
"""
_GERMAN = r"""
(?:ignoriere?|vergiss|missachte|uberschreibe?|umgehe?)~ (?:alle|deine|vorherigen?|bisherigen?|fruheren|obigen?)~ (?:anweisung(?:en)?|instruktion(?:en)?|vorgaben|befehle|regeln)
(?:ignoriere?|vergiss) alles (?:vorherige|bisherige|davor|was davor)
system ?(?:prompt|anweisung(?:en)?)
systemnachricht
(?:zeige?|verrate?|nenne?|wiederhole?|gib)~ (?:deine?n?)~ (?:anweisungen|instruktionen|prompt|vorgaben)
du bist(?: jetzt| nun| ab jetzt)?(?: eine?)?(?: [^ ]+)? (?:ki|sprachmodell)
entwicklermodus
(?:achtung|hallo|liebe|lieber|liebes|hinweis an|nachricht an|anweisung an|anweisung fur)(?: die| das| den)? (?:ki|sprachmodell|zusammenfasser)
ruf(?:e)? (?:das|die|dein|deine)~ (?:werkzeug|tool|funktion)
(?:antworte|gib)~ json
antworte (?:nur|ausschliesslich|ab jetzt)
ende des transkripts
das transkript (?:endet|ist zu ende)
(?:fuge?|trage?|setze?|schreibe?)~ (?:zu den|in die|auf die) (?:personen|personenliste|teilnehmern)
(?:setze?|andere) (?:die|meine) stimmung auf
(?:setze?|fulle) das feld
ausgabeschema
dein entwickler (?:sagt|will|befiehlt)
der entwickler (?:dieser app|des tagebuchs)
(?:entschlussele|dekodiere)~ und (?:befolge|tu|mach)
zitiere segment
in deiner (?:zusammenfassung|antwort|ausgabe) (?:schreibst?|sagst?|nennst?|verwendest?)
"""
_SPANISH = r"""
(?:ignora|olvida|omite|desobedece|sobrescribe)~ (?:todas|tus|anteriores|previas)~ (?:instrucciones|indicaciones|directrices)(?: anteriores| previas)?
(?:ignora|olvida)~ (?:instrucciones|indicaciones) (?:anteriores|previas)
(?:ignora|olvida) todo lo (?:anterior|que te)
(?:mensaje|prompt|instrucciones) del? sistema
modo desarrollador
(?:muestra|revela|repite|imprime|dime|di)~ tus? (?:instrucciones|prompt|indicaciones)
eres(?: ahora)?(?: una?)?(?: [^ ]+)? (?:ia|inteligencia artificial|modelo de lenguaje)
(?:atencion|oye|querida|querido|nota para|mensaje para|instruccion para)(?: al?| la| el)? (?:ia|inteligencia artificial|modelo de lenguaje)
(?:llama|invoca|ejecuta)(?: a)? (?:la|tu)~ (?:herramienta|funcion)
(?:responde|contesta|devuelve)~ json
(?:responde|contesta) (?:solo|solamente|unicamente|a partir de ahora)
fin de la transcripcion
la transcripcion (?:termina|ha terminado)
(?:anade|agrega|pon|mete)~ (?:a|en) (?:la lista de|las) (?:personas|participantes)
(?:pon|cambia|fija) (?:el|mi) (?:estado de animo|animo) (?:a|en|como)
(?:pon|rellena) el campo
esquema de salida
tu (?:desarrollador|creador|programador) (?:dice|ordena|quiere)
el desarrollador de esta
(?:descifra|decodifica)~ y (?:obedece|haz|sigue)
cita el segmento
en tu (?:resumen|respuesta|salida) (?:escribe|incluye|pon|di|usa)
"""
_GO_ON = r"""
(?:write|say|add|put|insert|set|use|list|include|return|mention|title|summary|headline|mood|people|instead)
(?:schreibe?|sage?|fuge?|setze?|nenne?|trage?|titel|zusammenfassung|uberschrift|stimmung|personen|stattdessen)
(?:escribe|di|anade|agrega|pon|usa|incluye|titulo|resumen|animo|personas|en su lugar)
"""


def _any_of(patterns: str) -> re.Pattern[str]:
    lines = "|".join(filter(None, patterns.splitlines()))
    return re.compile(rf"(?<= )(?:{lines.replace('~', _GAP)})(?= )")


_ORDERS = _any_of(_ENGLISH + _GERMAN + _SPANISH)
_SEQUELS = _any_of(_GO_ON)
"""What is an order only where it follows on one: "The title is bananas"."""


def orders_among(segments: Iterable[Segment]) -> frozenset[int]:
    """Return the indices of segments that hold an order, or a piece of one."""
    said = tuple(segments)
    rows = [words_of(segment.text).row for segment in said]
    ordering = _places(rows)
    for place in range(1, len(rows)):
        if place - 1 in ordering and _SEQUELS.search(rows[place]):
            ordering.add(place)
    return frozenset(said[place].index for place in ordering)


def _places(rows: Sequence[str]) -> set[int]:
    starts, end = [], 1
    for row in rows:
        starts.append(end)
        end += len(row) - 1
    found: set[int] = set()
    for match in _ORDERS.finditer(" " + "".join(row[1:] for row in rows)):
        first = bisect_right(starts, match.start()) - 1
        last = bisect_right(starts, match.end() - 1) - 1
        if last - first < _MOST_SEGMENTS:
            found.update(range(first, last + 1))
    return found

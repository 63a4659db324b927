"""Speech of any length as a recogniser hands it on: segments of 5 to 10 s, 150 words a minute."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import Segment, TranscriptReady
from tests.support.builders import a_transcript

MS_PER_WORD = 400

_NAMES = ("Anna", "Marcus", "Priya", "Lena", "Jonas", "Sofia", "Tom", "Carmen", "Paul", "Elena")
_SITES = ("Leipzig", "Madrid", "Dublin", "Porto", "Hamburg", "Sevilla", "Bristol", "Vienna")
_SENTENCES: Mapping[str, str] = {
    "en": """
I met {who} in {where} this morning and we talked for a while about number {n}.
Then we agreed to move the launch of project {n} to the first week of December.
I have to call {who} before Friday because the invoice with the number {n} is still open.
On the way to {where} the train was late again, so I read {n} pages of a book.
I was really tired after that, but the walk along the river with {who} did me good, all {n} minutes.
Should we invite {who} as well, or is a table for {n} people too much for one evening?
{who} told me that the flat in {where} costs {n} a month, which sounds like a lot of money to me.
For lunch there was soup again, and I sat down with the people from the design team in room {n}.
""",
    "de": """
Heute Morgen habe ich {who} in {where} getroffen und wir haben lange über die Nummer {n} geredet.
Wir haben dann beschlossen, das Projekt {n} auf die erste Woche im Dezember zu verschieben.
Ich muss {who} noch vor Freitag anrufen, weil die Rechnung mit der Nummer {n} noch offen ist.
Auf dem Weg nach {where} hatte der Zug wieder Verspätung, also habe ich {n} Seiten gelesen.
Danach war ich ziemlich müde, aber der Spaziergang mit {who} am Fluss tat mir gut, alle {n} Minuten.
Sollen wir {who} auch einladen, oder ist ein Tisch für {n} Leute zu viel für einen Abend?
{who} hat erzählt, dass die Wohnung in {where} jetzt {n} im Monat kostet, was ich sehr viel finde.
Zum Mittag gab es wieder Suppe und ich habe mit den Leuten aus der Gestaltung im Raum {n} gesessen.
""",
    "es": """
Esta mañana me encontré con {who} en {where} y hablamos un buen rato sobre el número {n}.
Después decidimos aplazar el lanzamiento del proyecto {n} a la primera semana de diciembre.
Tengo que llamar a {who} antes del viernes porque la factura con el número {n} sigue sin pagar.
De camino a {where} el tren llegó tarde otra vez, así que leí {n} páginas del libro de {who}.
Después estaba muy cansado, pero el paseo con {who} por el río me sentó bien, los {n} minutos.
¿Invitamos también a {who}, o es una mesa para {n} personas demasiado para una sola noche?
{who} me contó que el piso de {where} cuesta ahora {n} al mes, y eso me parece mucho dinero.
Para comer hubo sopa otra vez y me senté con la gente de diseño en la sala {n} del edificio.
""",
}
"""A sentence a line."""

LANGUAGES = tuple(_SENTENCES)


def long_speech(
    minutes: float, *, language: str = "en", seed: str = "", **changes: Any
) -> TranscriptReady:
    """Return the transcript of so much speech; another *seed* says other things."""
    segments = tuple(_segments(minutes, language, random.Random(seed)))
    return a_transcript(*segments, **{"language": language, **changes})


def _segments(minutes: float, language: str, chance: random.Random) -> Iterator[Segment]:
    at_ms = index = 0
    sentences = _SENTENCES[language].split("\n")[1:-1]
    while at_ms < minutes * 60_000:
        text = chance.choice(sentences).format(
            who=chance.choice(_NAMES),
            where=chance.choice(_SITES),
            n=chance.randrange(100_000, 1_000_000),
        )
        end_ms = at_ms + len(text.split()) * MS_PER_WORD
        yield Segment(index=index, start_ms=at_ms, end_ms=end_ms, text=text)
        at_ms, index = end_ms, index + 1

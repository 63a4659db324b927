"""What is to come, in Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.plan_words import PlanWords

_KIN = r"(?:hermano|hermana|madre|padre|jefe|jefa|amigo|amiga|compañero|compañera|vecino|vecina|tío|tía|primo|prima|hijo|hija|abuelo|abuela|niño|niña|novio|novia|suegro|suegra)"
_OTHER = rf"(?:él|ella|ellos|ellas|(?:mi|su|nuestr[oa]|el|la) {_KIN}|(?-i:[A-ZÁÉÍÓÚ])\w+)"

PLANS = PlanWords(
    event_words=phrases(
        r"(?:cita|barbacoa|paella|reunión|concierto|fiesta|examen|vuelo|boda|cumpleaños|entrevista|clase|ensayo|entrenamiento|comida|cena|almuerzo|merienda|estreno|visita|bautizo|comunión|funeral|entierro|mudanza|entrega|plazo|inauguración|lanzamiento|ronda|sesión|análisis|vacuna|operación|prueba|torneo|carrera|maratón|misa|festival|feria|exposición|función|obra|villancicos"
        r"|charla|taller|congreso|cine|teatro|dentista|médico|médica|veterinari[oa]|fisio(?:terapia)?|tren|autobús|desayuno|excursión|viaje|peluquería|partido|revisión|conferencia|presentación|videollamada|llamada|curso|vacaciones|puertas|café)\b"
    ),
    event_verbs=phrases(
        r"(?:quedo|quedamos|he quedado|hemos quedado) (?:\w+ ){0,3}con\b",
        r"(?:veo|visito|vuelo|viajo|salgo|voy) (?:a|con|al|para)\b",
        r"(?:vemos|visitamos|volamos|viajamos|salimos|vamos|nos vemos|nos vamos|me voy) (?:a|con|al|para)\b",
        r"(?:viene|vienen|llega|llegan|empieza|empiezan|comienza|sale|salen|abre|abren|cierra|termina|acaba|toca)\b",
        r"(?:cenamos|comemos|desayunamos|almorzamos|nos casamos|me caso|nos mudamos|me mudo|celebramos|hacemos|cogemos|cojo|tomamos|jugamos|(?:tengo|tenemos)(?! (?:que|muchas?|muchos?|ganas|miedo|sueño|frío|hambre|tiempo|claro))|he quedado)\b",
    ),
    copula=re.compile(r"\w\s+(?:es|son|será|serán|está|están|queda|pasa|se pasa|se celebra|tiene lugar|se aplaza|ha pasado)(?:\s+(?:al?|para|prevista?|programad[oa]))?\s*$", re.IGNORECASE),
    past=re.compile(
        r"\b(?:fui|fue|fuimos|fueron|tuve|tuvo|tuvimos|estuve|estuvo|estuvimos|hice|hizo|hicimos|era|eran|había|iba|iban|estaba|estaban|tenía|vi|vio|vimos|comimos|comí|salí|conocí|dormí|vinieron|vino|vine|puse"
        r"|(?:he|ha|hemos|han) \w+(?:ado|ido|cho|to)|\w{2,}(?:é|ó|aron|ieron))(?!\w)",
        re.IGNORECASE,
    ),
    not_past=re.compile(r"\b(?:(?:he|hemos|ha|han) (?:quedado|reservado|comprado|pasado|cambiado|aplazado|movido)|compré|reservé|quedé|café|qué|José|René|bebé|dijo|dijó|tendré|iré|veré|estaré|haré|podré|bidé|té|sé|acordé|reunión|\w+ión|\w{2,}(?:ar|er|ir)é)(?!\w)", re.IGNORECASE),
    called_off=phrases(r"cancelad[oa]", r"(?:ha|han) cancelado", r"cancelaron", r"canceló", r"se cancela", r"suspendid[oa]", r"anulad[oa]", r"ya no (?:hay|es|voy|vamos)", r"se suspende", r"al final no (?:hay|voy|vamos)"),
    recurring=phrases(r"cada\b", r"todos? l[oa]s\b", r"todas las\b", r"siempre\b", r"normalmente\b", r"los (?:lunes|martes|miércoles|jueves|viernes|sábados|domingos)\b"),
    denied=re.compile(r"\b(?:no|nunca|nadie|tampoco)\b(?! (?:solo|sólo|olvid\w+|se me olvide|veo la hora|falta)\b)", re.IGNORECASE),
    conditional=re.compile(r"(?:^|[,;]\s*|\b(?:y|pero|que)\s+)si\s|\b(?:quizás?|tal vez|a lo mejor|igual vamos|igual voy|podría|podríamos|tendría|tendríamos|sería|iría|iríamos|gustaría|puede que)\b", re.IGNORECASE),
    others_plan=phrases(
        r"(?:dijo|dice|contó|comentó|ha dicho|escribió|ha contado) que (?!tengo|tenemos|voy|vamos|me|nos|el|la|los|las)", r"(?:él|ella|ellos) (?:tiene|va|viene|quiere|irá|se muda|viaja)\b",
        rf"{_OTHER} (?:se )?(?:va|van|vuela|viaja|viajará|muda|casa|irá|tiene|empieza a)\b",
        r"(?:^|,\s*)(?:se muda|se va|viaja|vuela|irá)\b",
    ),
    of_us=re.compile(r"\b(?:yo|me|mí|conmigo|nos|nosotros|vamos|voy|nuestr[oa]s?)\b", re.IGNORECASE),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:y|también|además|luego|pues|bueno|pero|eh|ah|en fin|a ver|mi)\b,?\s*|(?:yo )?(?:tengo|tenemos|hay|es|está|son)\s+"
        r"|(?:un|una|el|la|los|las|mi|nuestra|nuestro)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:es|son|será|a|en|el|la|y|de|con|para|por|del|al|pasa|se ha pasado|ha pasado|se pasa|sale|queda|empieza|que viene)$", re.IGNORECASE),
)  # fmt: skip

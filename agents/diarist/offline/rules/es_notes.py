"""Decisions and questions in Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.note_words import NoteWords
from agents.diarist.offline.rules.patterns import phrases

NOTES = NoteWords(
    decisions=phrases(
        r"(?:(?:me|nos|lo) )?(?:he|hemos) (?:\w+mente |ya )?(?:decidido|acordado|optado|resuelto|elegido|escogido|decantado|descartado)",
        r"(?:(?:me|nos) )?(?:decidí|decidimos|acordamos|optamos|opté|elegí|elegimos|escogimos|resolvimos|resolví)\b(?! de )",
        r"(?:he|hemos) tomado (?:la|una) decisión", r"(?:tomé|tomamos) la decisión",
        r"(?:quedamos|hemos quedado) en\s+(?=que\b|\w+r(?:l[aeo]s?|nos|se)?\b)",
        r"(?:la|mi|nuestra) decisión (?:es|está tomada|final)\b",
        r"(?:nos quedamos|me quedo|vamos|seguimos|me decanto|nos decantamos|nos decidimos|me decido) (?:con|por)\b(?=\s+(?:el|la|los|las|un|una|lo)\b)",
        r"(?:está|queda|quedó) (?:ya )?(?:decidido|acordado|claro que)\b", r"decidido\s*[:,]",
        r"(?:a partir de (?:ahora|hoy|mañana)|de ahora en adelante|desde (?:hoy|ahora))\b",
    ),
    undecided=phrases(
        r"(?:no|aún no|todavía no|sin|nunca)\b[^.,;]{0,20}\b(?:decidido|decidir|decidí|decidimos|acordado|elegido)(?![^.]*\bpero\b)", r"cuando (?:decida|hayamos|lo hayamos)", r"\bsi (?:decid|acord|eleg)\w+", r"casi (?:he|hemos|decid)",
    ),
    wonders=phrases(
        r"(?:me|nos) (?:pregunto|preguntamos)\b",
        r"no (?:sé|sabemos|tengo claro|tenemos claro|estoy segur[oa] de)(?: todavía| aún| muy bien)? (?:si|cómo|qué|cuándo|por qué|quién|cuál|cuánto)\b",
        r"(?:ni idea de|queda por saber|falta saber|a saber) (?:si|cómo|qué|cuándo|por qué|quién|cuál|cuánto)\b",
        r"la (?:gran )?(?:duda|pregunta|cuestión) es\b",
    ),
    asks=re.compile(
        r"^(?:(?:y|pero|entonces|bueno|pues)\s+)*(?:(?:a |de |con |por |para )?(?:qué|quién|quiénes|cuándo|cómo|dónde|cuánto|cuánta|cuántos|cuántas|cuál|cuáles)\b(?! (?:gracia|bien|mal|bonit|pena|risa|ganas|frío|calor|vista|suerte|lástima|rico|rica|alegría))|(?:debería|deberíamos|puedo|podemos|será que) \w+r\b)",
        re.IGNORECASE,
    ),
    asked_by_others=phrases(r"(?:me |nos )?(?:preguntó|ha preguntado|han preguntado|preguntaron|pregunta|pregunto (?:uno|alguien))\b(?! es\b)", r"(?:quería|quiere|querían|quieren) saber"),
    rhetorical=re.compile(
        r"(?:¿|\b)(?:no|verdad|sabes|vale|eh|a que sí|no es así|no crees|no te parece|me explico|sí o no|o no|recuerdas)\s*\?$"
        r"|^¿?(?:(?:y|pero|pues|bueno|es que)\b,?\s*¿?)*(?:quién (?:sabe|lo iba|lo hubiera|lo diría|me mandaba|no\b|necesita|iba a)|por qué no\W*$|por qué (?:siempre|nunca|nadie|todo me)|y qué\b|qué más (?:se )?(?:puedo|puede|quiero|da)|qué le (?:vamos|voy) a|qué (?:se le va|quieres que|otra cosa)|a que\b|sabes\b|sabéis\b|te lo puedes|puedes creer|te imaginas|te acuerdas|para qué (?:nos|te|me) (?:vamos|voy)|no (?:es|son|está|estamos|te parece|crees)\b|cómo (?:es posible|puede ser|no\b|estás|va\b)|qué tal\b|dónde (?:se ha ido|vamos a parar)|qué puede salir|en qué estaba(?:ba)? pensando|soy (?:yo )?(?:el|la) únic|habrase)",
        re.IGNORECASE,
    ),
    opens_quote=re.compile(r"\b(?:(?:me|nos|le) (?:dice|dijo|suelta|soltó|pregunta|preguntó|contesta|contestó)|y (?:él|ella|va y) (?:dice|dijo|en plan)|(?:él|ella|uno|[A-ZÁÉÍÓÚ]\w+) (?:dijo|dice|preguntó|contestó))\s*[,:]?\W*$", re.IGNORECASE),
)  # fmt: skip

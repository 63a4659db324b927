"""Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.es_calendar import CALENDAR
from agents.diarist.offline.rules.es_names import NAMES
from agents.diarist.offline.rules.es_notes import NOTES
from agents.diarist.offline.rules.es_plans import PLANS
from agents.diarist.offline.rules.es_tasks import TASKS
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

RULES = LanguageRules(
    language="es",
    calendar=CALENDAR,
    stopwords=words(
        "a además ahora al algo alguna alguno algunos allí antes aquel aquí así aunque aún bien bueno cada casi como con"
        " contra creo cual cuando cómo de del desde después dice dijo donde dos durante día e el ella ellas ellos en"
        " entonces entre era eran es esa ese eso esta estaba estado estamos estar estas este esto estos estoy está"
        " están fue fui fuimos gran ha haber había hacer hace hacia han hasta hay he hemos hoy iba igual ir la las le"
        " les lo los luego me mejor mi mis mismo mucha mucho muchos muy más mí nada ni no nos nosotros nuestra nuestro"
        " nunca o os otra otro para pero poco por porque primero pues que quiero quien qué se ser si sido siempre sin"
        " sobre solo son soy su sus sí también tan tanto te tenemos tener tengo tiempo tiene tienen toda todo todos"
        " tras tu tuve tuvimos un una uno unos va vamos ver vez voy y ya yo mañana ayer día rato"
    ),
    open_words=words(
        "el la los las un una unos unas mi mis su sus nuestro nuestra a al de del en con por para y o pero que yo es son he hemos tengo tenemos debo voy vamos hay me nos se le les muy si porque cuando este esta próximo cada"
    ),
    abbreviations=words("Sr Sra Srta Dr Dra Ud Uds etc p.ej"),
    fillers=re.compile(r"^(?:bueno|pues)\b,?\s+|(?<!\w)(?:eh+|ehm+|mmm+|este\.{3})\b,?\s*", re.IGNORECASE),
    tasks=TASKS,
    clause_end=re.compile(
        r"(?<!Dr)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Prof)(?<!St)(?<!Sr)(?<!Sra)(?<!Dra)[.;!?](?!\d)|,?\s+(?:porque|pero|aunque|para que|si no|ya que|así que|en cuanto|antes de que)\b|,\s+(?:y|que)\b"
        r"|\s+y\s+(?:yo(?! (?:vamos|hemos|somos|estamos|nos|tenemos|queremos|fuimos)\b)|él|ella|luego|después|nosotros|he|hemos|fui|fuimos|mañana|hoy|el (?=lunes|martes|miércoles|jueves|viernes|sábado|domingo)|tengo|tenemos|estoy|me|nos)\b",
        re.IGNORECASE,
    ),
    notes=NOTES,
    plans=PLANS,
    names=NAMES,
    headline_lead=re.compile(
        r"^(?:(?:bueno|pues|y|pero|entonces|luego|también|hoy|esta (?:mañana|tarde|noche)|ayer|después|ahora|además|por (?:la|fin)(?: mañana| tarde| noche)?|buenos días|buenas noches|al final)\b[,.]?\s*)+|^yo\s+",
        re.IGNORECASE,
    ),
    noun_before=phrases(r"(?:el|la|los|las|un|una|mi|mis|nuestra|nuestro|del|al)\s+"),
    not_topics=words("nuevo nueva nuevos nuevas minutos minuto hora horas tarde noche rato momento idea lado final principio vez cosas cosa gente semana"),
    feeling_cue=phrases(
        r"(?:estoy|(?:(?<!\w )|(?<=hoy )|(?<=yo ))estaba|me siento|me sentí|me sentía|soy|estamos|estábamos|he estado|me he sentido|me ha puesto|me pone)"
        r"\s+(?:(?:muy|tan|bastante|un poco|realmente|algo|todavía|súper|hoy|más)\s+)*"
    ),
    feelings={
        word: value
        for stem, value in {
            "content": 1, "emocionad": 2, "encantad": 2, "orgullos": 2, "agradecid": 2, "tranquil": 1, "relajad": 1,
            "aliviad": 1, "descansad": 1, "cansad": -1, "agotad": -1, "nervios": -1, "preocupad": -1, "estresad": -1,
            "enfadad": -2, "frustrad": -1, "decepcionad": -1, "aburrid": -1, "enferm": -1, "agobiad": -2,
        }.items()
        for word in (stem + "o", stem + "a", stem + "os", stem + "as")
    } | {"feliz": 2, "felices": 2, "triste": -2, "alegre": 2, "solo": -2, "sola": -2},
)  # fmt: skip

"""Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.es_calendar import CALENDAR
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

_TO_DO_VERB = (
    r"(?:comprar|llamar|pagar|enviar|mandar|escribir|reservar|pedir|recoger|limpiar|lavar|ordenar|reparar|arreglar"
    r"|devolver|llevar|traer|cancelar|confirmar|preguntar|preparar|terminar|entregar|renovar|imprimir|firmar|regar"
    r"|contestar|responder|hacer|cambiar|revisar|buscar|sacar|acabar|avisar|invitar|cocinar|apuntar)"
)
_ADVERB = r"(?:(?:todavía|aún|también|realmente|urgentemente|sin falta|por fin|solo|ya|además)\s+)*"

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
    abbreviations=words("Sr Sra Srta Dr Dra Ud Uds etc p.ej"),
    fillers=re.compile(r"^(?:bueno|pues)\b,?\s+|(?<!\w)(?:eh+|ehm+|mmm+|este\.{3})\b,?\s*", re.IGNORECASE),
    noise=phrases(
        r"Subtítulos (?:realizados|por)",
        r"Amara\.org",
        r"¡?Gracias por ver",
        r"¡?Suscríbe",
        r"Subtitulado por",
    ),
    obligations=(
        phrases(r"que no se me olvide\s+(?P<what>.+)"),
        phrases(r"no (?:me |nos )?(?:puedo |podemos |debo |tengo que )?olvid\w+\s+(?:de )?(?P<what>.+)"),
        phrases(rf"(?:tengo|tenemos|tendré|tendría) que\s+{_ADVERB}(?P<what>.+)"),
        phrases(rf"(?:debo|debemos|debería|deberíamos|necesito|necesitamos)\s+{_ADVERB}(?P<what>\w+[aei]r(?:l[aeo]s?|me|nos|se)*\b.*)"),
        phrases(rf"hay que\s+{_ADVERB}(?P<what>.+)"),
        phrases(r"(?:(?:me|nos) falta|hace falta)\s+(?P<what>\w+[aei]r\b.+)"),
        phrases(r"(?:recuérdame|recordadme|acuérdate de|acordarme de|(?:quiero|debo|tengo que) recordar)\s+(?:que (?:tengo que )?)?(?P<what>.+)"),
        phrases(rf"(?:voy|vamos) a\s+(?P<what>{_TO_DO_VERB}(?:l[aeo]s?|me|nos)?\b.+)"),
        phrases(r"(?:pendiente|tarea|nota para mí)\s*[:,]\s*(?P<what>.+)"),
        re.compile(rf"^(?:(?:y|también|luego|además)\b,?\s+)*(?P<what>{_TO_DO_VERB}(?:l[aeo]s?)?\s+.+)", re.IGNORECASE),
    ),
    idioms=re.compile(r"^(?:decir|admitir|reconocer|confesar|reír|pensar|ver|saber|ser |estar |sentir)", re.IGNORECASE),
    negated=re.compile(
        r"\b(?:no|nunca|ya no|tampoco)\s+(?:\w+\s+){0,1}$|^\W*(?:haber|no\b)", re.IGNORECASE
    ),
    supposed=re.compile(
        r"(?:\b(?:si|como si|por qué|qué|cuándo|cómo|pensaba que|creía que|cuando)\s+(?:yo )?"
        r"|\b(?:dijo|dice|gritó|preguntó|contestó)\s*[,:]\s*[\"«“]?|[\"«“])$",
        re.IGNORECASE,
    ),
    clause_end=re.compile(
        r"[.;!?]|,?\s+(?:porque|pero|aunque|para que|si no|ya que|así que|en cuanto|antes de que)\b|,\s+(?:y|que)\b"
        r"|\s+y\s+(?:yo|él|ella|luego|después|nosotros|he|hemos|fui|fuimos)\b",
        re.IGNORECASE,
    ),
    task_lead=re.compile(r"^(?:de|que|también)\s+", re.IGNORECASE),
    decisions=phrases(
        r"(?:he|hemos) (?:\w+mente )?(?:decidido|acordado|optado|resuelto)",
        r"(?:decidí|decidimos|acordamos|optamos|opté)\b(?! de )",
        r"(?:he|hemos) tomado la decisión",
        r"(?:quedamos|hemos quedado) en\s+(?=que\b|\w+r\b)",
        r"(?:la|mi|nuestra) decisión es",
        r"nos quedamos con\b",
    ),
    undecided=phrases(r"(?:no|aún no|todavía no|sin)\b[^.]{0,20}\b(?:decidido|decidir|decidí|decidimos|acordado)", r"cuando (?:decida|hayamos)"),
    wonders=phrases(
        r"(?:me|nos) (?:pregunto|preguntamos)\b",
        r"no (?:sé|sabemos|tengo claro|estoy segur[oa] de)(?: todavía| aún)? (?:si|cómo|qué|cuándo|dónde|por qué|quién)\b",
        r"la (?:duda|pregunta) es\b",
    ),
    asked_by_others=phrases(r"(?:me )?(?:preguntó|ha preguntado|pregunta)\b", r"quería saber"),
    tag_question=re.compile(r"(?:¿|\b)(?:no|verdad|sabes|vale|eh)\s*\?$|^¿?(?:quién sabe|por qué no|y qué)\b", re.IGNORECASE),
    event_words=phrases(
        r"(?:cita|reunión|concierto|fiesta|examen|vuelo|boda|cumpleaños|entrevista|clase|ensayo|entrenamiento|comida|cena"
        r"|charla|taller|congreso|cine|teatro|dentista|médico|tren|desayuno|plazo|visita|excursión|viaje|peluquería|partido|revisión)\b"
    ),
    event_verbs=phrases(
        r"(?:quedo|quedamos|he quedado|hemos quedado) con\b",
        r"(?:veo|visito|vuelo|viajo|salgo|voy) (?:a|con|al|para)\b",
        r"(?:vemos|visitamos|volamos|viajamos|salimos|vamos) (?:a|con|al|para)\b",
        r"(?:viene|vienen|llega|llegan|empieza|comienza|sale)\b",
    ),
    past=re.compile(
        r"\b(?:fui|fue|fuimos|fueron|tuve|tuvo|tuvimos|estuve|estuvo|estuvimos|hice|hicimos|era|había|vi|vimos|comimos"
        r"|(?:he|ha|hemos|han) \w+(?:ado|ido|cho|to)|\w{2,}(?:é|ó|aron|ieron))(?!\w)",
        re.IGNORECASE,
    ),
    not_past=re.compile(r"\b(?:(?:he|hemos) (?:quedado|reservado|comprado)|compré|reservé|quedé|café|qué|José|dijo|dijó|tendré|iré|veré|estaré|haré|podré)(?!\w)", re.IGNORECASE),
    called_off=phrases(r"cada\b", r"todos los\b", r"siempre\b", r"cancelad[oa]", r"ha cancelado", r"se cancela", r"suspendid[oa]", r"ya no (?:hay|es|voy)"),
    others_plan=phrases(r"(?:dijo|dice|contó|comentó|ha dicho|escribió) que (?!tengo|tenemos|voy|vamos|me|nos|el|la|los|las)", r"(?:él|ella|ellos) (?:tiene|va|viene|quiere)\b"),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:y|también|además|luego|pues|bueno|pero)\b,?\s*|(?:yo )?(?:tengo|tenemos|hay|es|está|son)\s+"
        r"|(?:un|una|el|la|los|las|mi|nuestra|nuestro)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:es|son|a|en|el|la|y|de|con|para|por)$", re.IGNORECASE),
    person_strong=phrases(
        r"(?:Sr|Sra|Dr|Dra)\.?\s+", r"(?:señor|señora|don|doña|doctora?)\s+",
        r"(?:mi|nuestr[oa]) (?:amig[oa]|herman[oa]|jef[ea]|compañer[oa]|vecin[oa]|marido|mujer|hij[oa]|tí[oa]|prim[oa]|pareja),?\s+",
        r"(?:llamé|llamar|llamado|llamo|vi|visité|visitar|conocí|conocer|encontré|pregunté|preguntar|invité|invitar|ayudé|escribí|avisar|ver) a\s+",
        r"(?:quedé|quedado|quedo|quedamos|hablé|hablado|hablamos|comí|cené|desayuné|reunido|paseé) con\s+",
    ),
    person_weak=phrases(r"con\s+"),
    person_after=re.compile(r"^\s+(?:me )?(?:dijo|dice|preguntó|contó|ha dicho|se rió|propuso|prometió)\b"),
    kin=words("Mamá Papá mamá papá Abuela Abuelo"),
    place_before=phrases(r"(?:en|hacia|desde|por|a|hasta)\s+"),
    place_nouns=phrases(
        r"(?:en|al|a|del|hacia|por|desde)\s*(?:el |la |un |una |nuestro |mi )?(?P<place>(?:parque|biblioteca|oficina|gimnasio|playa|mercado|panadería|hospital|escuela|colegio"
        r"|estación|aeropuerto|museo|cine|teatro|restaurante|café|cafetería|supermercado|farmacia|río|lago|bosque|montaña|jardín|iglesia|piscina|bar|tienda|banco"
        r"|ayuntamiento|centro|pueblo|universidad|huerto|plaza)(?:\s+(?:del? )?[A-ZÁÉÍÓÚ]\w+)?)\b"
    ),
    not_names=words(
        "Yo El La Los Las Un Una Lunes Martes Miércoles Jueves Viernes Sábado Domingo Enero Febrero Marzo Abril Mayo Junio"
        " Julio Agosto Septiembre Octubre Noviembre Diciembre Navidad Dios Kafka Google Internet Español Inglés Hoy Mañana"
    ),
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

"""Things to do in Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.task_words import TaskWords

_TO_DO_VERB = (
    r"(?:comprar|llamar|pagar|enviar|mandar|escribir|reservar|pedir|recoger|limpiar|lavar|ordenar|reparar|arreglar"
    r"|devolver|llevar|traer|cancelar|confirmar|preguntar|preparar|terminar|entregar|renovar|imprimir|firmar|regar"
    r"|contestar|responder|hacer|cambiar|revisar|buscar|sacar|acabar|avisar|invitar|cocinar|apuntar|medir|pintar|empaquetar|embalar|desmontar|montar|colgar|coser|planchar|fregar|barrer|tirar|vaciar|llenar|rellenar"
    r"|solicitar|tramitar|concertar|apuntarme|inscribir|inscribirme|matricular|actualizar|subir|descargar|instalar|probar|estudiar|leer|corregir|traducir|quedar con|hablar con|felicitar|agradecer|dar de (?:alta|baja)|darle|"
    r"poner|quitar|plantar|podar|vacunar|vender|donar|alquilar|organizar|planificar|transferir|ingresar|cobrar|facturar|presentar|redactar|recordar|dejar|pasar por|pasear|dar|conseguir|descongelar|resolver|cerrar|abrir|anular)"
)
_CLITIC = r"(?:l[aeo]s?|me|nos|se|sel[aeo]s?|te)*"
_ACCENTED = r"(?:\w+[áéí]r?sel[aeo]s?|\w+(?:ár|ér|ír)(?:me|te|se|nos)l[aeo]s?)"
_ADVERB = r"(?:(?:todavía|aún|también|realmente|urgentemente|sin falta|por fin|solo|ya|además|mañana|luego|después|antes)\s+)*"

TASKS = TaskWords(
    obligations=(
        phrases(r"que no se (?:me|nos) olvide\s+(?P<what>.+)"),
        phrases(r"no (?:me |nos )?(?:puedo |podemos |debo |tengo que |quiero )?olvid\w+\s+(?:de )?(?P<what>.+)"),
        phrases(rf"(?:tengo|tenemos|tendré|tendremos|tendría|tendríamos) que\s+{_ADVERB}(?P<what>.+)"),
        phrases(rf"(?:debo|debemos|debería|deberíamos|necesito|necesitamos)\s+(?:de\s+)?{_ADVERB}(?P<what>(?:\w+[aei]r{_CLITIC}|{_ACCENTED})\b.*)"),
        phrases(rf"hay que\s+{_ADVERB}(?P<what>.+)"),
        phrases(rf"(?:(?:(?:me|nos) )?falta|hace falta|(?:me|nos) queda(?: por)?|(?:me|nos) toca)\s+(?P<what>(?:\w+[aei]r{_CLITIC}|{_ACCENTED})\b.+)"),
        phrases(r"(?:recuérdame|recuérdenme|recordadme|acuérdate de|acordarme de|acordarnos de|(?:quiero|debo|tengo que) recordar)\s+(?:que (?:tengo que )?)?(?P<what>.+)"),
        phrases(r"(?:me|nos) (?:ha|han|había) (?:pedido|encargado|dicho|recordado) que\s+(?!no\b|no\s|tiene|va|est|es\b|era|iba|vendr|llega)(?P<what>\w+(?:e|a|es|en|an|emos|amos)\b.+)", r"(?:me|nos) (?:pidió|pidieron|pide|encargó) que\s+(?!no\b)(?P<what2>.+)", r"quiere(?:n)? que (?:yo )?(?P<what3>(?:le|les|lo|la|me)?\s?\w+(?:e|a)\b.+)"),
        phrases(rf"(?:le |les |te )?(?:he prometido|prometí|prometimos|hemos prometido|quedé en|me comprometí a|me ofrecí a)(?: a (?:mi )?\w+)?\s+(?:que\s+)?(?P<what>(?:le |les |lo |la )?(?:\w+[aei]r(?:ía|é)?{_CLITIC}|{_ACCENTED})\b.+)"),
        phrases(r"(?:dije|prometí|he dicho|he prometido|quedé)(?: a (?:mi )?\w+| con \w+)? (?:en )?que\s+(?P<what>(?:(?:le|les|lo|la|te)\s)?\w+ría(?:mos)?\b.+)"),
        phrases(rf"(?:voy|vamos) a\s+(?P<what>(?:{_TO_DO_VERB}(?:l[aeo]s?|me|nos)?|{_ACCENTED})\b.+)"),
        phrases(rf"(?P<what>(?:(?:le|les|lo|la|los|las|me|nos)\s+)?{_TO_DO_VERB}(?:é|emos)\b.+)", r"(?P<what2>(?:le|les|lo|la|los|las)?\s?(?:haré|pondré|diré)\b.+)"),
        phrases(r"(?:pendiente|tareas?|nota para mí|apuntar|recordatorio|por hacer)\s*[:,.]\s*(?P<what>.+)"),
        re.compile(
            r"(?:^|[,;]\s*)(?P<what>(?:el|la|los|las|mi|nuestra?o?|este|esta)\s+(?:\S+\s+){1,6}?(?:tiene|tienen|debe|deben) (?:que )?(?:estar|ser|quedar)\s+(?:list[oa]s?|hech[oa]s?|\w+[aio][ds][oa]s?)\b.*)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"^(?:(?:y|también|luego|además|sí|ah|vale|entonces|mañana|hoy|esta (?:tarde|noche|mañana)|el \w+)\b,?\s+)*(?P<what>(?:{_TO_DO_VERB}(?:l[aeo]s?|me|nos)?|{_ACCENTED})\s+(?!(?:es|era|fue|está|me|nos)\b).+)",
            re.IGNORECASE,
        ),
    ),
    present=phrases(
        r"(?P<what>(?:(?:le|les|lo|la|los|las)\s+)?(?:llamo|compro|mando|envío|pago|reservo|recojo|llevo al?|escribo|pido|preparo|termino|entrego|devuelvo|arreglo|limpio|ordeno|reviso|cambio)\s+[^,.;!?]+)"
    ),
    soon=re.compile(r"\b(?:luego|después|ahora mismo|enseguida|más tarde)\b", re.IGNORECASE),
    join=re.compile(rf",?\s+y\s+(?:luego\s+|también\s+|después\s+)*(?=(?:{_TO_DO_VERB}{_CLITIC}|{_ACCENTED})\s)|,\s*(?={_TO_DO_VERB}{_CLITIC}\s)", re.IGNORECASE),
    idioms=re.compile(r"^(?:decir|admitir|reconocer|confesar|reír|pensar|ver(?:lo|la)?\b|saber|ser |estar |sentir|creer|tener (?:paciencia|cuidado|en cuenta)|esperar|dormir|descansar|acostumbrar|aguantar|irme a la cama|irme a casa|aceptar que|seguir adelante|contaros|contarte|quejarme)", re.IGNORECASE),
    negated=re.compile(
        r"\b(?:no|nunca|ya no|tampoco|sin)\s+(?:\w+\s+){0,1}$|^\W*(?:haber|no\b)", re.IGNORECASE
    ),
    supposed=re.compile(
        r"(?:\b(?:si|como si|por qué|qué|cuándo|cómo|pensaba que|creía que|creí que|pensé que|cuando|cree que|piensa que|opina que|repite que|insiste en que|soñé que|ojalá)\s+(?:yo )?"
        r"|\b(?:dijo|dice|gritó|preguntó|contestó|respondió|soltó|suelta)\s*[,:]\s*[\"«“]?|[\"«“])$",
        re.IGNORECASE,
    ),
    settled=re.compile(r"\W*pero\s+ya\b", re.IGNORECASE),
    conditional=re.compile(r"(?:^|[,;.]\s*|\b(?:y|pero|que)\s+)si\s[^.;]*$|\ben caso de\b[^.;]*$|\b(?:a lo mejor|quizás?|tal vez|igual)\b[^.;]*\b(?:debería|tendría|deberíamos|tendríamos)\b[^.;]*$", re.IGNORECASE),
    lead=re.compile(r"^(?:de|que|también|ya)\s+", re.IGNORECASE),
)  # fmt: skip

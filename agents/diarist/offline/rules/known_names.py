"""Given names and places that are common enough in Europe and America to be told from nouns."""

# ruff: noqa: E501 - lists of words

from agents.diarist.offline.rules.patterns import words

GIVEN_NAMES = words(
    "Aaron Adam Adrian Agnes Ahmed Aisha Alan Alba Albert Alberto Alejandra Alejandro Alex Alexander Alexandra Alfred"
    " Alice Alicia Alina Allison Álvaro Amanda Amelie Amir Amy Ana Anders Andrea Andreas Andrew Andrés Angela Anja Anke"
    " Anna Anne Annika Anthony Antje Anton Antonia Antonio Arthur Astrid Aurora Axel Ayşe Barbara Bárbara Beatriz Becky"
    " Ben Benjamin Bernd Beth Birgit Björn Brian Brigitte Bruno Camila Carla Carlos Carmen Carolin Caroline Cem Charles"
    " Charlie Charlotte Chloe Chris Christian Christina Christine Christoph Clara Claudia Claus Connor Cristina Dan Dana"
    " Daniel Daniela David Deniz Dennis Diana Diego Dieter Dirk Dominik Doris Dylan Eduardo Edward Elena Eli Elias Elif"
    " Elisabeth Elizabeth Ella Ellen Emil Emilia Emily Emma Enrique Eric Erik Esther Eva Fabian Fatima Felix Fernando"
    " Finn Fiona Florian Francisco Frank Frida Frieda Friedrich Fritz Gabriel Gabriela George Georg Gerd Gloria Gonzalo"
    " Greg Greta Günter Guillermo Gustav Hanna Hannah Hannes Hans Harry Hassan Heather Heike Helen Helena Helga Henrik"
    " Henry Hugo Ian Ibrahim Ida Ignacio Inés Ingrid Irene Iris Isabel Isabella Ismail Ivan Iván Jack Jacob Jaime Jake"
    " James Jan Jana Jane Janina Jannik Jason Javier Jennifer Jens Jessica Jim Joachim Joan Joanna Joe Johanna Johannes"
    " John Jonas Jonathan Jorge José Josef Joseph Josh Juan Juana Judith Julia Julian Julie Jürgen Kai Karen Karin Karl"
    " Kate Katharina Katherine Kathrin Katie Katja Kerstin Kevin Kim Klara Klaus Lara Lars Laura Lea Lena Leo Leon Leonie"
    " Leticia Liam Lili Lilly Lina Linda Lisa Lola Lorenzo Louis Louise Lucas Lucía Lucy Luis Luisa Lukas Magda Maja"
    " Manuel Manuela Marc Marco Marcos Marcus Margaret María Maria Mariana Marie Marina Mario Marion Markus Marta Martha"
    " Martin Martín Martina Mary Mateo Mathilda Matt Matthew Matthias Max Maya Mehmet Mia Michael Michelle Miguel Mike"
    " Milan Mira Miriam Mohammed Monica Mónica Monika Moritz Murat Nadia Nadine Natalia Natalie Nathan Nick Nico Nicolás"
    " Nicole Niklas Nils Nina Noah Nora Nuria Oliver Olivia Olga Omar Oscar Óscar Pablo Paco Paolo Pascal Patricia"
    " Patrick Paul Paula Pauline Pedro Peter Petra Philip Philipp Pia Pilar Priya Rachel Ralf Raquel Raúl Rebecca Regina"
    " Ricardo Richard Rita Robert Roberto Rocío Roman Ronja Rosa Rosie Ruben Rubén Ruth Ryan Sabine Sally Sam Samantha"
    " Samuel Sandra Santiago Sara Sarah Sebastian Sergio Silke Silvia Simon Simone Sofía Sofia Sonja Sophia Sophie Stefan"
    " Stefanie Stephanie Stephen Steve Susan Susana Susanne Svenja Sven Sylvia Tanja Teresa Theo Theresa Thomas Tim Timo"
    " Tina Tobias Tom Tomás Tony Ulrich Ulrike Ursula Uwe Valentina Valeria Vanessa Vera Verónica Victor Víctor Victoria"
    " Viktor Viktoria Vincent Walter Werner Wolfgang Yasmin Yolanda Yusuf Zoe"
)

PLACES = words(
    "Africa Afrika Alemania Alicante Amerika America Amsterdam Ámsterdam Argentina Argentinien Asia Asien Athen Athens"
    " Australia Australien Austria Barcelona Basel Bavaria Bayern Belgien Belgium Bélgica Berlin Berlín Bern Bilbao Bogotá"
    " Bonn Boston Brasil Brasilien Brazil Bremen Bristol Brüssel Brussels Bruselas Budapest Canada Canadá Chicago Chile"
    " China Colombia Dänemark Denmark Deutschland Dortmund Dresden Dublin Düsseldorf Edinburgh England Erfurt España Essen"
    " Europa Europe Finland Finnland Florence Florenz France Francia Frankfurt Frankreich Freiburg Geneva Genf Germany"
    " Glasgow Granada Greece Griechenland Grecia Hamburg Hamburgo Hannover Heidelberg Holland India Indien Ireland Irland"
    " Island Istanbul Italia Italien Italy Japan Japón Kanada Karlsruhe Kiel Köln Kolumbien Kopenhagen Copenhagen Kreuzberg"
    " Leeds Leipzig Lima Lisboa Lissabon Lisbon Liverpool London Londres Lübeck Lyon Madrid Mailand Mainz Málaga Manchester"
    " Mannheim México Mexiko Mexico Milan Milano Montreal Munich Múnich München Münster Nantes Neapel Netherlands Nice"
    " Niederlande Norway Norwegen Nürnberg Oslo Österreich Oxford Paris París Poland Polen Portugal Porto Potsdam Prag"
    " Prague Praga Regensburg Rom Roma Rome Rostock Salamanca Salzburg Schweden Schweiz Scotland Sevilla Seville Spain"
    " Spanien Stockholm Stuttgart Sweden Switzerland Suiza Sydney Tokio Tokyo Toledo Toronto Turin Türkei Turkey Turquía"
    " Valencia Vancouver Venedig Venice Venecia Vienna Viena Wales Warschau Warsaw Weimar Wien Zaragoza Zürich Zurich"
)

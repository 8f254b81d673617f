//! Personal names of many languages, as people write them.
//!
//! A name is one token: `native`, or `native=latin` where the script is not Latin; a family name that changes with gender
//! is `masculine/feminine` on both sides; `_` stands for a space. Names of one list combine freely, so a full name is
//! never that of a particular person.

/// How given and family name stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Anna Schmidt
    GivenFirst,
    /// Nguyễn Thị Lan
    FamilyFirst,
    /// 田中美咲, no space between
    FamilyFirstJoined,
}

/// The names of one language community.
pub struct Culture {
    /// What `places.rs` refers to.
    pub key: &'static str,
    /// BCP 47.
    pub language: &'static str,
    pub order: Order,
    /// Of 100 people, how many are recorded in the native script (100 where it is Latin).
    pub native: u64,
    /// Of 100 people, how many carry two family names.
    pub double: u64,
    pub female: &'static str,
    pub male: &'static str,
    pub family: &'static str,
}

use Order::{FamilyFirst, FamilyFirstJoined, GivenFirst};

/// Culture with the usual order, a Latin script and one family name.
const fn latin(key: &'static str, female: &'static str, male: &'static str, family: &'static str) -> Culture {
    Culture { key, language: key, order: GivenFirst, native: 100, double: 0, female, male, family }
}

pub static CULTURES: &[Culture] = &[
    latin(
        "en",
        "Abigail Alice Amelia Amy Bethany Brooke Caitlin Charlotte Claire Daisy Eleanor Emily Erin Evelyn Faith Fiona Freya Grace \
         Hannah Harriet Hazel Holly Imogen Isla Jasmine Jessica Joanna Kate Laura Lily Lucy Megan Molly Naomi Olivia Paige \
         Phoebe Rachel Rebecca Rose Ruby Sarah Sophie Tessa Violet Zoe",
        "Adam Alexander Andrew Archie Benjamin Callum Cameron Charles Connor Daniel Dominic Dylan Edward Elliot Ethan Finley \
         Frederick George Graham Harry Henry Hugo Isaac Jack Jacob James Joel Joshua Kieran Liam Logan Lucas Matthew Max \
         Nathan Noah Oliver Oscar Owen Patrick Reuben Robert Samuel Simon Theodore Thomas Toby William",
        "Abbott Ainsworth Atwood Barlow Beckett Birch Blackwood Bradshaw Brooks Buckley Caldwell Carver Chadwick Clayton Cole \
         Crawford Dalton Dawson Drake Eastwood Ellery Fairfax Fenwick Fletcher Garner Goodwin Granger Hale Harding Hartley Hawthorne \
         Hewitt Holloway Huxtable Ingham Jarvis Keating Kendrick Kirby Langley Lockwood Marlowe Marsh Mercer Merrick Norwood \
         Oakley Pembroke Penrose Prescott Radcliffe Ramsey Redfern Ridley Rowe Sandford Sawyer Sheridan Shore Somerville Stanton \
         Sterling Sutton Tanner Thorne Townsend Turner Underhill Vaughan Wainwright Walcott Webster Wexford Whitaker Winslow Wyatt",
    ),
    latin(
        "ga",
        "Aoife Ciara Niamh Róisín Sinéad Siobhán Orla Gráinne Maeve Clodagh Deirdre Éabha Saoirse Caoimhe Fionnuala Emer",
        "Aidan Cillian Conor Cormac Declan Diarmuid Eoin Fergal Fionn Lorcan Oisín Pádraig Rónán Ruairí Seán Tadhg",
        "O'Brien O'Sullivan Byrne Gallagher Doyle McCarthy Kavanagh Brennan Nolan Fitzgerald Quinlan Hennessy Moriarty Delaney \
         Mulcahy Rafferty Tierney Cullinane",
    ),
    latin(
        "de",
        "Anke Anna Antonia Beate Birgit Carolin Charlotte Christina Clara Dorothea Elisa Franziska Frieda Greta Hannah Heike \
         Helene Ilse Ines Jana Johanna Judith Julia Karla Katharina Lea Lena Leonie Lotte Luisa Magdalena Marie Marlene \
         Mathilda Merle Miriam Nele Paula Petra Ronja Sabine Sophie Svenja Theresa Ulrike Verena Wiebke",
        "Andreas Anton Arne Benedikt Bernd Björn Carsten Christian Clemens Daniel Detlef Dominik Emil Erik Fabian Felix \
         Florian Friedrich Georg Gerhard Götz Hannes Heinrich Henrik Holger Jakob Jan Jens Jonas Jörg Julius Jürgen Kai Karl \
         Konrad Lars Leon Linus Ludwig Lukas Malte Matthias Moritz Niklas Ole Oskar Philipp Rainer Stefan Sven Till Tobias \
         Ulrich Uwe Valentin Volker Wolfgang",
        "Albrecht Arnold Bauer Baumgärtner Beck Bergmann Böhm Brandt Breuer Brückner Dietrich Döring Ebert Eckert Engel Falk \
         Fiedler Förster Franke Friedrich Fröhlich Fuchs Gärtner Geiger Göbel Graf Groß Günther Haas Hahn Hartmann Heinemann \
         Hesse Hoffmann Horn Huber Jäger Jansen Kaiser Keller Kirsch Klein Köhler König Krämer Kraus Krüger Kühn Lang Lehmann \
         Lindner Lorenz Ludwig Maier Marquardt Martens Möller Müller Neumann Nowak Otto Peters Pohl Reinhardt Richter Ritter \
         Roth Sauer Schäfer Schilling Schmidt Schneider Schreiber Schröder Schubert Schuster Schwarz Seidel Simon Sommer Stein \
         Steinmeyer Stolz Thiele Ulrich Vogel Voigt Wagner Walter Weber Weiß Wendt Werner Winkler Wolf Zimmermann",
    ),
    latin(
        "fr",
        "Agathe Agnès Alix Amélie Anaïs Aurélie Bénédicte Camille Capucine Caroline Céline Charlotte Chloé Clémence Delphine \
         Élise Élodie Emma Estelle Florence Gaëlle Hélène Inès Jeanne Juliette Laure Léa Louise Lucie Manon Margaux Mathilde \
         Mélanie Noémie Océane Pauline Perrine Sandrine Solène Sylvie Valérie Virginie Zoé",
        "Adrien Alexis Antoine Arnaud Arthur Aurélien Baptiste Benoît Cédric Clément Corentin Damien Didier Édouard Étienne \
         Fabien Félix François Frédéric Gaspard Guillaume Hugo Jérôme Julien Laurent Loïc Luc Ludovic Marc Mathieu Maxime \
         Mickaël Nathan Nicolas Olivier Pascal Philippe Quentin Raphaël Rémi Romain Sébastien Sylvain Théo Thibault Vincent Xavier",
        "Arnaud Aubert Barbier Beaumont Benoît Berger Bertrand Blanchard Bonnet Boucher Bouvier Carpentier Charpentier Chevalier \
         Clément Colin Cordier Dallaire Delacroix Delorme Deschamps Dubois Dufour Dupuis Duval Fabre Faure Fontaine Fournier \
         Gaillard Garnier Gauthier Gérard Giraud Guérin Guillot Hubert Jacquet Joly Lacroix Lambert Langlois Laurent Leblanc \
         Leclerc Lefèvre Legrand Lemaire Leroux Lévêque Maillard Marchand Masson Mercier Meunier Michaud Monnier Moreau Morel \
         Moulin Noël Olivier Pasquier Perrin Petit Picard Poirier Renard Renaud Rivière Robin Rousseau Roussel Sauvage Simonet \
         Tessier Thévenet Vasseur Verdier Vidal Villeneuve",
    ),
    Culture {
        double: 55,
        ..latin(
            "es",
            "Adriana Alba Alejandra Ana Andrea Beatriz Belén Camila Carla Carmen Carolina Catalina Claudia Cristina Daniela Elena \
             Elisa Esperanza Eva Fernanda Gabriela Guadalupe Inés Irene Isabel Julia Laura Lorena Lucía Manuela Mar Marina Marta \
             Mercedes Miriam Montserrat Natalia Nuria Paloma Paula Pilar Raquel Renata Rocío Rosario Sara Silvia Sofía Valentina Ximena",
            "Adrián Agustín Alejandro Alonso Andrés Ángel Antonio Arturo Bruno Carlos César Cristóbal Daniel David Diego Eduardo \
             Emilio Enrique Esteban Federico Felipe Fernando Francisco Gonzalo Guillermo Gustavo Héctor Hugo Ignacio Iván Jaime \
             Javier Joaquín Jorge Juan Leandro Luis Manuel Marcos Mateo Miguel Nicolás Óscar Pablo Rafael Raúl Ricardo Rodrigo \
             Santiago Sergio Tomás Vicente",
            "Aguilar Aguirre Alarcón Álvarez Arias Ávila Barrera Benítez Blanco Bravo Cabrera Calderón Campos Cano Carmona Carrasco \
             Castillo Cortés Crespo Delgado Díaz Domínguez Escobar Espinosa Fernández Figueroa Flores Fuentes Gallego García Garrido \
             Gil Giménez Gómez González Guerrero Gutiérrez Herrera Hidalgo Ibáñez Jiménez León Lorenzo Lozano Luna Marín Márquez \
             Martínez Medina Méndez Miranda Molina Montero Mora Morales Muñoz Navarro Núñez Ocampo Olmedo Ortega Ortiz Pardo Paredes \
             Peña Pereira Pérez Prieto Quintero Ramírez Ramos Reyes Ríos Rivas Rivera Robles Rojas Romero Rubio Salazar Sánchez Sandoval \
             Santana Serrano Silva Soler Soto Suárez Torres Valdés Vargas Vázquez Vega Velasco Vera Vicente Zamora",
        )
    },
    Culture {
        double: 45,
        ..latin(
            "pt",
            "Adriana Aline Amanda Ana Beatriz Bianca Bruna Camila Carolina Catarina Clara Cláudia Daniela Débora Eduarda Fernanda \
             Flávia Gabriela Helena Inês Isabela Jéssica Joana Júlia Juliana Larissa Laura Letícia Lívia Luana Luísa Mafalda \
             Mariana Marta Matilde Natália Patrícia Priscila Rafaela Raquel Rita Sofia Tatiana Teresa Vanessa Vitória",
            "Afonso Alexandre André António Artur Bernardo Bruno Caio Carlos César Daniel Davi Diogo Duarte Eduardo Enzo Fábio \
             Felipe Filipe Francisco Gabriel Gonçalo Guilherme Gustavo Henrique Hugo Igor João Joaquim Jorge José Leandro Leonardo \
             Lourenço Lucas Luís Marcelo Márcio Mateus Miguel Murilo Nuno Otávio Paulo Pedro Rafael Renato Ricardo Rodrigo Rui \
             Thiago Tiago Tomás Vasco Vinícius",
            "Almeida Alves Amaral Andrade Antunes Araújo Azevedo Barbosa Barros Batista Borges Braga Brito Campos Cardoso Carvalho \
             Castro Coelho Correia Costa Coutinho Cruz Cunha da_Silva Dias Domingues dos_Santos Duarte Esteves Farias Fernandes \
             Ferreira Figueiredo Fonseca Freitas Gomes Gonçalves Guimarães Leal Leite Lemos Lima Lopes Loureiro Macedo Machado \
             Magalhães Marques Martins Matos Medeiros Melo Mendes Menezes Miranda Monteiro Morais Moreira Moura Nascimento Neves \
             Nogueira Nunes Oliveira Pacheco Paiva Peixoto Pereira Pinheiro Pinto Pires Queirós Ramos Reis Ribeiro Rocha Rodrigues \
             Sales Sampaio Saraiva Serrano Siqueira Soares Sousa Tavares Teixeira Vasconcelos Vaz Vieira Xavier",
        )
    },
    latin(
        "it",
        "Alessandra Alessia Alice Arianna Aurora Beatrice Bianca Camilla Carlotta Caterina Chiara Cristina Debora Elena Eleonora \
         Elisa Emma Federica Francesca Gaia Giada Giorgia Giovanna Giulia Greta Ilaria Irene Laura Lucia Ludovica Margherita \
         Martina Matilde Michela Noemi Paola Roberta Sara Serena Silvia Sofia Stefania Valentina Viola Vittoria",
        "Alessandro Alessio Andrea Antonio Carlo Claudio Dario Davide Diego Edoardo Emanuele Enrico Fabio Fabrizio Federico \
         Filippo Francesco Gabriele Giacomo Gianluca Giorgio Giovanni Giulio Giuseppe Jacopo Leonardo Lorenzo Luca Luigi Manuel \
         Marco Massimo Matteo Mattia Mauro Michele Nicola Paolo Pietro Riccardo Roberto Salvatore Samuele Sergio Simone Stefano \
         Tommaso Umberto Vincenzo Vittorio",
        "Agostini Amato Arcuri Barbieri Barone Basile Battaglia Bellini Benedetti Bernardi Bianchi Bruno Caputo Carbone Caruso \
         Castelli Cattaneo Colombo Conti Coppola Costantini D'Amico De_Angelis De_Santis Donati Esposito Fabbri Farina Ferrara \
         Ferraro Ferretti Fiore Fontana Gallo Gatti Gentile Giordano Grassi Greco Guerra Landi Leone Lombardi Lombardo Longo \
         Mancini Marchetti Mariani Marini Marino Martinelli Martini Mazza Messina Milani Montanari Monti Moretti Morelli Negri \
         Orlando Pagano Palmieri Parisi Pellegrini Piras Poli Ricci Rinaldi Riva Rizzo Romano Rossetti Rossi Ruggiero Russo Sala \
         Santoro Sartori Serra Silvestri Sorrentino Testa Valentini Villa Vitale Vitali",
    ),
    latin(
        "nl",
        "Anke Anouk Bregje Carlijn Daphne Eline Esmée Femke Fleur Floor Hanneke Ilse Inge Iris Isa Jantine Jolijn Julia Karlijn \
         Lieke Linde Lisanne Loes Lotte Maartje Marijke Marit Marloes Mieke Nienke Noor Roos Saskia Sanne Sofie Tessa Wendela",
        "Bart Bas Bram Casper Coen Daan Diederik Dirk Floris Gijs Hidde Jasper Jelle Jeroen Joost Joris Jurre Koen Lars Luuk \
         Maarten Mees Menno Niels Pepijn Pieter Rik Roel Ruben Sander Sjoerd Stijn Teun Thijs Tijmen Willem Wouter",
        "Aerts Bakker Beekman Boersma Bos Bosch Brouwer Claes Cornelissen de_Boer de_Bruijn de_Graaf de_Groot de_Haan de_Jong \
         de_Vries de_Wit Dekker Dijkstra Evers Goossens Hendriks Hermans Hoekstra Jacobs Janssens Koster Kuiper Maas Martens \
         Mertens Meijer Molenaar Mulder Peeters Postma Prins Schouten Smeets Smit Timmermans van_Beek van_Dam van_den_Berg \
         van_der_Meer van_der_Veen van_Dijk van_Leeuwen van_Vliet Veenstra Verbeek Verhoeven Vermeulen Visser Vos Willems Wouters Zijlstra",
    ),
    latin(
        "sv",
        "Agnes Alma Annika Astrid Cecilia Ebba Elin Elsa Ellinor Emma Frida Gunilla Hanna Helena Ida Ingrid Johanna Jonna Karin \
         Klara Kristina Linnea Lisa Lovisa Maja Malin Märta Mikaela Moa Nora Pernilla Sanna Sara Sigrid Signe Tilde Tuva Ulrika Ylva",
        "Adam Anders Anton Arvid Axel Björn Carl Christer Daniel David Elias Emil Erik Filip Fredrik Gustav Göran Håkan Hampus \
         Henrik Hjalmar Isak Jakob Joakim Johan Jonas Karl Lars Leif Linus Magnus Mattias Måns Mikael Nils Ola Oskar Per Rasmus \
         Rickard Sixten Stefan Tobias Torbjörn Viktor Wilhelm",
        "Åberg Ahlgren Åkesson Almqvist Andersson Axelsson Bäckman Berglund Bergström Björklund Blomqvist Boström Dahlgren Danielsson \
         Edlund Ek Ekström Eliasson Engström Eriksson Falk Forsberg Forslund Fransson Göransson Gustafsson Hedlund Hellström Henriksson \
         Holmberg Holmgren Jansson Johansson Jönsson Karlsson Klasson Larsson Lindberg Lindgren Lindqvist Lindström Löfgren Lundberg \
         Lundgren Lundqvist Månsson Mattsson Nilsson Norberg Nordin Nordström Nyström Öberg Olofsson Palm Persson Rosén Sandberg \
         Sjöberg Sjögren Söderberg Ström Sundberg Svensson Viklund Wallin Westerlund",
    ),
    latin(
        "nb",
        "Amalie Anette Astrid Aud Berit Camilla Eline Elisabeth Frøya Guro Hanne Hedda Heidi Ida Ingeborg Ingunn Ingvild Jorunn \
         Kari Kjersti Kristin Linn Live Marit Marte Nina Ragnhild Randi Ronja Siri Solveig Sunniva Synne Tiril Tone Tuva Vilde",
        "Anders Are Arne Asbjørn Aslak Bjørn Brage Eirik Einar Even Fredrik Geir Gunnar Håkon Halvor Henrik Ivar Jonas Kåre \
         Kjell Knut Kristoffer Lars Magnus Morten Odd Ola Olav Øystein Øyvind Pål Rune Sigurd Sindre Snorre Sondre Steinar Stian \
         Svein Terje Tor Torstein Trond Trygve Vegard",
        "Aas Andersen Amundsen Bakke Berg Berge Birkeland Bjerke Brekke Bråten Dahl Eide Eriksen Fjeld Foss Gjerde Gulbrandsen \
         Hagen Halvorsen Hansen Haugen Helland Henriksen Hoel Holm Iversen Johansen Johnsen Karlsen Knudsen Kristiansen Larsen \
         Lie Lien Lund Løken Martinsen Moe Moen Myhre Mæland Nilsen Nygård Olsen Paulsen Pettersen Ruud Rønning Sandvik Skogen \
         Solbakken Solberg Solheim Strand Strøm Sæther Tangen Thorsen Tveit Vik Ødegård Øien",
    ),
    latin(
        "da",
        "Amalie Anne Astrid Birgitte Bodil Cecilie Dorthe Ditte Emilie Freja Gitte Helle Ida Inger Josefine Karen Kirsten \
         Laura Lærke Lene Line Louise Maja Maren Mathilde Mette Nanna Pernille Rikke Sidsel Signe Sofie Tine Trine Ulla Vibeke",
        "Anders Asger Bent Bjarke Bo Casper Christian Emil Frederik Gorm Hans Henrik Jens Jeppe Jesper Jørgen Kasper Kristoffer \
         Lars Lasse Lauge Mads Magnus Malthe Mathias Mikkel Morten Niels Ole Oliver Palle Per Peter Rasmus Rune Søren Thor \
         Torben Troels Viggo",
        "Andersen Bach Bech Bertelsen Bruun Brandt Bundgaard Carlsen Christensen Christiansen Dahl Dam Danielsen Frandsen Frederiksen \
         Friis Gregersen Hald Hansen Hedegaard Henriksen Hermansen Holm Iversen Jacobsen Jensen Jepsen Jessen Johansen Jørgensen \
         Kjær Kjeldsen Knudsen Kofoed Kristensen Kruse Larsen Laursen Lauridsen Lind Lund Madsen Mikkelsen Møller Mortensen Mølgaard \
         Nielsen Nissen Nørgaard Olesen Overgaard Pedersen Petersen Poulsen Rasmussen Schmidt Skov Søgaard Sørensen Steffensen Svendsen \
         Thomsen Thygesen Toft Vestergaard Winther",
    ),
    latin(
        "fi",
        "Aada Aino Anni Annika Eeva Elina Emilia Hanna Heidi Helmi Henna Iida Ilona Jenni Johanna Kaisa Katja Kerttu Kirsi Laura \
         Leena Lotta Maija Mari Marjatta Merja Minna Niina Noora Outi Päivi Pinja Piia Riikka Saara Sanna Satu Silja Sini Tiina Tuuli Venla",
        "Aapo Aarne Aatu Antti Arttu Eero Eetu Elias Esa Hannu Harri Heikki Ilkka Ilmari Jaakko Jani Janne Jari Joonas Jouni \
         Juha Jukka Kalle Kari Kimmo Lasse Lauri Markku Matti Mikko Niko Olli Oskari Otto Pekka Petri Riku Sampo Samuli Tapio Teemu \
         Timo Toni Tuomas Väinö Ville",
        "Aalto Ahonen Anttila Eskelinen Haapala Hakala Halonen Hämäläinen Heikkilä Heinonen Hiltunen Hirvonen Honkanen Huttunen Hyvönen \
         Ikonen Jokinen Kallio Karjalainen Karppinen Kettunen Kinnunen Kivelä Koivisto Kokkonen Korhonen Koskinen Kukkonen Laakso Laaksonen \
         Lahtinen Laine Laitinen Lampinen Lehtinen Lehtonen Leinonen Leppänen Lindholm Mäkelä Mäkinen Manninen Mattila Mikkola Miettinen \
         Moilanen Mustonen Nevalainen Niemi Nieminen Nurmi Ojala Oksanen Partanen Peltonen Pitkänen Rantanen Räsänen Rissanen Saarinen \
         Salmi Salminen Salonen Savolainen Seppälä Toivonen Tuominen Turunen Väisänen Vainio Virtanen",
    ),
    latin(
        "pl",
        "Agata Agnieszka Aleksandra Alicja Aneta Anna Barbara Beata Bożena Dominika Dorota Elżbieta Ewa Gabriela Grażyna Hanna \
         Iwona Izabela Jadwiga Joanna Justyna Kamila Karolina Katarzyna Kinga Klaudia Lena Magdalena Małgorzata Maria Marta Martyna \
         Milena Monika Natalia Oliwia Patrycja Paulina Renata Sylwia Urszula Weronika Zofia Zuzanna",
        "Adam Adrian Aleksander Andrzej Antoni Arkadiusz Bartosz Bogdan Cezary Damian Daniel Dariusz Dawid Filip Grzegorz Hubert \
         Igor Jacek Jakub Jan Jarosław Jerzy Kacper Kamil Karol Konrad Krzysztof Leszek Łukasz Maciej Marcin Marek Mariusz Mateusz \
         Michał Mikołaj Paweł Piotr Przemysław Radosław Rafał Robert Ryszard Sebastian Sławomir Stanisław Szymon Tomasz Wojciech Zbigniew",
        "Adamczyk Adamski/Adamska Baran Bąk Bielecki/Bielecka Borkowski/Borkowska Chmielewski/Chmielewska Cieślak Czarnecki/Czarnecka \
         Czerwiński/Czerwińska Dąbrowski/Dąbrowska Domański/Domańska Dudek Duda Gajewski/Gajewska Głowacki/Głowacka Górski/Górska \
         Grabowski/Grabowska Jabłoński/Jabłońska Jankowski/Jankowska Jasiński/Jasińska Kaczmarek Kalinowski/Kalinowska Kamiński/Kamińska \
         Kowalczyk Kowalski/Kowalska Kozłowski/Kozłowska Krajewski/Krajewska Król Kubiak Kucharski/Kucharska Kwiatkowski/Kwiatkowska Lis \
         Maciejewski/Maciejewska Majewski/Majewska Makowski/Makowska Malinowski/Malinowska Mazur Michalak Mroczek Nowicki/Nowicka \
         Olszewski/Olszewska Ostrowski/Ostrowska Pawłowski/Pawłowska Pietrzak Piotrowski/Piotrowska Przybylski/Przybylska Rutkowski/Rutkowska \
         Sadowski/Sadowska Sawicki/Sawicka Sikora Sikorski/Sikorska Sobczak Stępień Szczepański/Szczepańska Szymański/Szymańska Tomaszewski/Tomaszewska \
         Urbański/Urbańska Walczak Wasilewski/Wasilewska Wieczorek Wiśniewski/Wiśniewska Witkowski/Witkowska Włodarczyk Wojciechowski/Wojciechowska \
         Woźniak Wróbel Wysocki/Wysocka Zając Zakrzewski/Zakrzewska Zalewski/Zalewska Zawadzki/Zawadzka Zieliński/Zielińska Żak",
    ),
    latin(
        "cs",
        "Adéla Alena Alžběta Aneta Anežka Barbora Blanka Dana Denisa Eliška Ema Eva Hana Helena Ivana Jana Jitka Karolína Kateřina \
         Klára Kristýna Lenka Linda Lucie Magdaléna Markéta Martina Michaela Monika Nikola Pavla Petra Radka Renata Simona Šárka \
         Tereza Vendula Veronika Zdeňka Zuzana",
        "Adam Aleš Antonín Bohumil Dalibor Daniel David Dominik Filip František Hynek Jakub Jan Jaroslav Jiří Josef Kamil Karel \
         Ladislav Libor Luboš Lukáš Marek Martin Matěj Michal Milan Miroslav Ondřej Patrik Pavel Petr Radek Radim Roman Rostislav \
         Stanislav Šimon Tomáš Václav Vít Vladimír Vojtěch Zdeněk",
        "Bartoš/Bartošová Beneš/Benešová Blažek/Blažková Brož/Brožová Bureš/Burešová Čech/Čechová Čermák/Čermáková Černý/Černá Doležal/Doležalová \
         Dostál/Dostálová Dušek/Dušková Dvořák/Dvořáková Fiala/Fialová Hájek/Hájková Havelka/Havelková Holub/Holubová Horák/Horáková \
         Hrubý/Hrubá Hruška/Hrušková Jelínek/Jelínková Kadlec/Kadlecová Klíma/Klímová Kolář/Kolářová Konečný/Konečná Kopecký/Kopecká \
         Kovář/Kovářová Král/Králová Kratochvíl/Kratochvílová Krejčí Kříž/Křížová Kučera/Kučerová Liška/Lišková Mach/Machová Malý/Malá \
         Marek/Marková Mareš/Marešová Mašek/Mašková Matoušek/Matoušková Moravec/Moravcová Musil/Musilová Navrátil/Navrátilová Němec/Němcová \
         Novák/Nováková Novotný/Novotná Pokorný/Pokorná Polák/Poláková Pospíšil/Pospíšilová Procházka/Procházková Růžička/Růžičková \
         Říha/Říhová Sedláček/Sedláčková Soukup/Soukupová Staněk/Staňková Svoboda/Svobodová Sýkora/Sýkorová Šimek/Šimková Šťastný/Šťastná \
         Štěpánek/Štěpánková Tichý/Tichá Urban/Urbanová Vaněk/Vaňková Vávra/Vávrová Veselý/Veselá Vlček/Vlčková Zeman/Zemanová",
    ),
    Culture {
        order: FamilyFirst,
        ..latin(
            "hu",
            "Ágnes Anikó Anna Beáta Bernadett Boglárka Csilla Dóra Edit Emese Enikő Erika Eszter Fanni Flóra Gabriella Hajnalka \
             Ildikó Judit Júlia Katalin Kinga Klára Krisztina Lilla Luca Márta Nóra Orsolya Petra Réka Rita Tímea Tünde Vera Zita Zsófia",
            "Ádám András Attila Balázs Barnabás Bence Botond Csaba Dániel Dávid Dénes Előd Ernő Ferenc Gábor Gergely György Imre \
             István János József Károly Kristóf Lajos László Levente Márton Máté Mihály Miklós Olivér Pál Péter Roland Sándor Szabolcs \
             Tamás Tibor Vilmos Zoltán Zsolt",
            "Antal Bakos Balogh Bárány Barta Bíró Bodnár Boros Budai Csonka Deák Dudás Egri Faragó Farkas Fazekas Fekete Fodor Gál \
             Gulyás Halász Hegedűs Hornyák Illés Jakab Juhász Katona Kelemen Király Kocsis Kovács Lakatos Lengyel Lukács Major Mészáros \
             Molnár Nemes Novák Orosz Pap Papp Pásztor Pintér Rácz Sándor Simon Sipos Somogyi Szabó Szalai Székely Szűcs Takács Tóth \
             Török Vadász Varga Vass Veres Vincze Virág Vörös",
        )
    },
    latin(
        "ro",
        "Adina Alexandra Alina Ana Anca Andreea Bianca Carmen Corina Cristina Daniela Delia Diana Elena Gabriela Ilinca Ioana Irina \
         Larisa Laura Lavinia Livia Loredana Luminița Mădălina Mihaela Mirela Monica Oana Raluca Ramona Roxana Ruxandra Simona Ștefania Teodora",
        "Adrian Alexandru Alin Andrei Bogdan Călin Cătălin Ciprian Claudiu Constantin Cornel Cosmin Cristian Dan Dragoș Eugen \
         Florin Gabriel George Horia Ionuț Iulian Laurențiu Liviu Lucian Marian Marius Matei Mihai Mircea Octavian Ovidiu Paul \
         Radu Răzvan Sebastian Sorin Ștefan Tiberiu Tudor Valentin Victor Vlad",
        "Albu Anghel Barbu Bălan Bucur Cazacu Chirilă Ciobanu Cojocaru Coman Constantin Cristea Croitoru Diaconu Dima Dinu Dobre \
         Dragomir Dumitrescu Enache Ene Filip Florea Gheorghiu Grigorescu Iancu Ilie Ioniță Ivan Lazăr Lungu Lupu Manea Manole Marin \
         Matei Mihai Mihalache Moldovan Muntean Mureșan Neagu Nedelcu Nistor Oprea Pavel Petcu Popa Popescu Preda Radu Roman Rotaru \
         Rusu Sandu Stan Stanciu Stoica Șerban Tănase Toma Tudor Ungureanu Vasile Vlad Voicu Zamfir",
    ),
    Culture {
        native: 45,
        ..latin(
            "el",
            "Αγγελική=Angeliki Αθηνά=Athina Αικατερίνη=Aikaterini Αλεξάνδρα=Alexandra Άννα=Anna Βασιλική=Vasiliki Γεωργία=Georgia \
             Δέσποινα=Despina Δήμητρα=Dimitra Ειρήνη=Eirini Ελένη=Eleni Ευαγγελία=Evangelia Ζωή=Zoi Ιωάννα=Ioanna Κωνσταντίνα=Konstantina \
             Μαρία=Maria Μαρίνα=Marina Παναγιώτα=Panagiota Σοφία=Sofia Χριστίνα=Christina",
            "Αλέξανδρος=Alexandros Ανδρέας=Andreas Αντώνης=Antonis Βασίλης=Vasilis Γιάννης=Giannis Γιώργος=Giorgos Δημήτρης=Dimitris \
             Ευάγγελος=Evangelos Ηλίας=Ilias Θανάσης=Thanasis Κώστας=Kostas Λεωνίδας=Leonidas Μάριος=Marios Μιχάλης=Michalis Νίκος=Nikos \
             Παναγιώτης=Panagiotis Πέτρος=Petros Σπύρος=Spyros Στέλιος=Stelios Χρήστος=Christos",
            "Αγγελόπουλος/Αγγελοπούλου=Angelopoulos/Angelopoulou Αθανασίου=Athanasiou Αλεξίου=Alexiou Αναγνώστου=Anagnostou \
             Αντωνίου=Antoniou Βασιλείου=Vasileiou Βλάχος/Βλάχου=Vlachos/Vlachou Γεωργίου=Georgiou Δημητρίου=Dimitriou \
             Ιωάννου=Ioannou Καραγιάννης/Καραγιάννη=Karagiannis/Karagianni Κωνσταντίνου=Konstantinou Μακρής/Μακρή=Makris/Makri \
             Νικολαΐδης/Νικολαΐδου=Nikolaidis/Nikolaidou Νικολάου=Nikolaou Οικονόμου=Oikonomou Παππάς/Παππά=Pappas/Pappa Πέτρου=Petrou \
             Σταύρου=Stavrou Χατζής/Χατζή=Chatzis/Chatzi",
        )
    },
    latin(
        "tr",
        "Aslı Aylin Ayşe Başak Beren Betül Burcu Büşra Ceren Çiğdem Deniz Derya Dilek Ebru Ece Elif Emine Esra Ezgi Fatma Feride \
         Funda Gamze Gizem Gül Hande Hatice İpek Irmak Melis Merve Nazlı Nehir Nilüfer Özge Özlem Pelin Pınar Seda Selin Sema Sevgi \
         Şebnem Tuğba Yasemin Yeliz Zehra Zeynep",
        "Ahmet Ali Alper Arda Atakan Aykut Baran Barış Berk Bora Burak Can Cem Cemal Çağlar Doruk Efe Emir Emre Engin Erdem Eren \
         Ferhat Gökhan Hakan Halil Hasan Hüseyin İbrahim İlker İsmail Kaan Kadir Kemal Kerem Koray Levent Mehmet Mert Metin Murat \
         Mustafa Oğuz Okan Onur Orhan Ömer Özgür Serkan Sinan Şahin Taner Tolga Tuncay Umut Uğur Volkan Yavuz Yiğit",
        "Acar Akbulut Akçay Aksoy Aktaş Altun Arslan Aslan Ateş Avcı Aydın Balcı Başaran Bayram Bilgin Bozkurt Bulut Can Candan \
         Cengiz Ceylan Coşkun Çakır Çelik Çetin Çınar Demir Demirci Deniz Doğan Duman Durmaz Ekinci Erdem Ergin Eroğlu Gedik Gezer Gök \
         Güler Gündoğdu Güneş Güven Işık Kahraman Kaplan Kara Karaca Karakuş Kaya Keskin Kılıç Koç Korkmaz Köse Kurt Kuş Oral Öz Özcan \
         Özdemir Özkan Öztürk Pamuk Polat Sarı Sevim Sezer Şahin Şeker Şen Şimşek Taş Tekin Toprak Tunç Turan Uçar Ünal Uysal Uzun Yalçın \
         Yaman Yavuz Yıldırım Yıldız Yılmaz Yüksel Yurt Zengin",
    ),
    Culture {
        order: FamilyFirst,
        ..latin(
            "vi",
            "Thị_Lan Thị_Hương Thị_Mai Thị_Hoa Thị_Thu Thị_Ngọc Thị_Hạnh Thị_Hồng Thị_Yến Minh_Anh Phương_Anh Phương_Thảo Thu_Hà \
             Thanh_Hà Thùy_Linh Khánh_Linh Mỹ_Linh Ngọc_Bích Quỳnh_Chi Kim_Chi Bảo_Châu Thanh_Tâm Thanh_Trúc Thu_Trang Huyền_Trang \
             Tường_Vi Hải_Yến Diễm_My Bích_Ngọc Thanh_Vân Tuyết_Nhung Kiều_Oanh",
            "Văn_Hùng Văn_Nam Văn_Dũng Văn_Tuấn Văn_Thành Văn_Long Minh_Quân Minh_Đức Minh_Khôi Quang_Huy Quang_Minh Quốc_Bảo Gia_Bảo \
             Hoàng_Long Hoàng_Nam Đức_Anh Tuấn_Anh Thành_Đạt Tiến_Dũng Hữu_Phước Hữu_Thắng Anh_Khoa Đăng_Khoa Trung_Kiên Hải_Đăng \
             Ngọc_Sơn Thanh_Tùng Xuân_Trường Công_Vinh Nhật_Minh Phúc_Lâm Bá_Thiện",
            "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương \
             Trịnh Trương Đinh Lâm Phùng Mai Tô Tạ Hà Cao La Quách Thái Châu Từ",
        )
    },
    latin(
        "id",
        "Adinda Agustina Anggraini Ayu Bella Citra Dewi Dian Eka Endah Fitri Gita Indah Intan Kartika Kirana Lestari Maya Melati \
         Nadia Ningsih Novita Nurul Permata Puspita Putri Ratna Rini Sari Siti Tri Utami Wulan Yuliana",
        "Aditya Agung Agus Ahmad Andi Arief Bagus Bambang Bayu Budi Cahyo Danang Dedi Dimas Eko Fajar Galih Gilang Hendra Heru \
         Indra Irfan Joko Krisna Lukman Nugroho Prasetyo Rahmat Reza Rizky Satria Slamet Surya Taufik Teguh Wahyu Wisnu Yudi Yusuf",
        "Adiwijaya Anggara Ardiansyah Budiman Firmansyah Gunawan Hakim Halim Handoko Hartono Hidayat Irawan Iskandar Kurniawan Kusuma \
         Lesmana Mahendra Maulana Nasution Nugraha Pangestu Permana Pradana Pratama Purnama Putra Rahardjo Ramadhan Saputra Setiawan \
         Siregar Situmorang Suryadi Susanto Sutanto Tanjung Wardana Wibisono Wicaksono Wijaya Wiratama Yulianto",
    ),
    Culture {
        order: FamilyFirstJoined,
        native: 60,
        ..latin(
            "zh",
            "雅婷=Yating 怡君=Yijun 淑芬=Shufen 佳怡=Jiayi 欣怡=Xinyi 诗涵=Shihan 雨桐=Yutong 梓涵=Zihan 思琪=Siqi 婉清=Wanqing 晓雯=Xiaowen \
             静怡=Jingyi 丽娜=Lina 美玲=Meiling 海燕=Haiyan 秀英=Xiuying 玉兰=Yulan 若曦=Ruoxi 雪梅=Xuemei 慧敏=Huimin 佩珊=Peishan 晨曦=Chenxi \
             梦瑶=Mengyao 可欣=Kexin 婷婷=Tingting 嘉慧=Jiahui 文静=Wenjing 春燕=Chunyan",
            "伟=Wei 志强=Zhiqiang 建国=Jianguo 俊杰=Junjie 浩然=Haoran 子轩=Zixuan 宇航=Yuhang 明辉=Minghui 文博=Wenbo 家豪=Jiahao 志明=Zhiming \
             建宏=Jianhong 国华=Guohua 晓东=Xiaodong 海涛=Haitao 天佑=Tianyou 一鸣=Yiming 思远=Siyuan 嘉诚=Jiacheng 永康=Yongkang 泽宇=Zeyu \
             鹏飞=Pengfei 振华=Zhenhua 博文=Bowen 世杰=Shijie 伟杰=Weijie 晨光=Chenguang 立群=Liqun",
            "王=Wang 王=Wang 李=Li 李=Li 张=Zhang 张=Zhang 刘=Liu 陈=Chen 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun 马=Ma 朱=Zhu \
             胡=Hu 郭=Guo 何=He 林=Lin 林=Lin 高=Gao 罗=Luo 郑=Zheng 梁=Liang 谢=Xie 宋=Song 唐=Tang 许=Xu 韩=Han 冯=Feng 邓=Deng 曹=Cao 彭=Peng \
             曾=Zeng 萧=Xiao 田=Tian 董=Dong 潘=Pan 袁=Yuan 蔡=Cai 蒋=Jiang 余=Yu 于=Yu 杜=Du 叶=Ye 程=Cheng 魏=Wei 苏=Su 吕=Lü 丁=Ding 沈=Shen \
             任=Ren 姚=Yao 卢=Lu 傅=Fu 钟=Zhong 姜=Jiang 崔=Cui 谭=Tan 廖=Liao 范=Fan 汪=Wang 陆=Lu 金=Jin 石=Shi 戴=Dai 贾=Jia 韦=Wei 夏=Xia \
             邱=Qiu 方=Fang 侯=Hou 邹=Zou 熊=Xiong 孟=Meng 秦=Qin 白=Bai 江=Jiang 阎=Yan 薛=Xue 尹=Yin 段=Duan 雷=Lei 欧阳=Ouyang 司马=Sima",
        )
    },
    Culture {
        order: FamilyFirst,
        native: 70,
        ..latin(
            "ja",
            "美咲=Misaki 陽菜=Hina 結衣=Yui 葵=Aoi 凛=Rin 桜=Sakura 花子=Hanako 恵子=Keiko 由美=Yumi 真由美=Mayumi 明美=Akemi 裕子=Yuko 直美=Naomi \
             愛=Ai 彩=Aya 麻衣=Mai 優子=Yuko 智子=Tomoko 千尋=Chihiro 遥=Haruka 美穂=Miho 里奈=Rina 沙織=Saori 奈々=Nana 香織=Kaori 楓=Kaede",
            "太郎=Taro 健=Ken 翔太=Shota 大輝=Daiki 蓮=Ren 悠人=Yuto 拓也=Takuya 直樹=Naoki 健太=Kenta 誠=Makoto 浩=Hiroshi 隆=Takashi 修=Osamu \
             和也=Kazuya 大輔=Daisuke 亮=Ryo 剛=Tsuyoshi 哲也=Tetsuya 雄一=Yuichi 陽翔=Haruto 湊=Minato 海斗=Kaito 涼介=Ryosuke 慎吾=Shingo 光=Hikaru 学=Manabu",
            "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato 吉田=Yoshida \
             山田=Yamada 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto 井上=Inoue 木村=Kimura 林=Hayashi 斎藤=Saito 清水=Shimizu 山崎=Yamazaki 森=Mori \
             池田=Ikeda 橋本=Hashimoto 阿部=Abe 石川=Ishikawa 山下=Yamashita 中島=Nakajima 石井=Ishii 小川=Ogawa 前田=Maeda 岡田=Okada 長谷川=Hasegawa \
             藤田=Fujita 後藤=Goto 近藤=Kondo 村上=Murakami 遠藤=Endo 青木=Aoki 坂本=Sakamoto 福田=Fukuda 太田=Ota 西村=Nishimura 藤井=Fujii 金子=Kaneko \
             岡本=Okamoto 藤原=Fujiwara 三浦=Miura 中野=Nakano 原田=Harada 松田=Matsuda 竹内=Takeuchi 小野=Ono 田村=Tamura 中山=Nakayama 和田=Wada 石田=Ishida \
             森田=Morita 上田=Ueda 原=Hara 内田=Uchida 柴田=Shibata 酒井=Sakai 宮崎=Miyazaki 横山=Yokoyama 高木=Takagi",
        )
    },
    Culture {
        order: FamilyFirstJoined,
        native: 65,
        ..latin(
            "ko",
            "지민=Jimin 서연=Seoyeon 수빈=Subin 민지=Minji 하은=Haeun 지은=Jieun 유진=Yujin 은영=Eunyoung 미경=Mikyung 현주=Hyunju 소희=Sohee 예린=Yerin \
             나연=Nayeon 수정=Sujeong 혜진=Hyejin 보라=Bora 다은=Daeun 채원=Chaewon 가영=Gayoung 선영=Sunyoung",
            "민준=Minjun 서준=Seojun 도윤=Doyun 지훈=Jihoon 현우=Hyunwoo 준호=Junho 성민=Sungmin 동현=Donghyun 상우=Sangwoo 영수=Youngsoo 재원=Jaewon \
             태양=Taeyang 우진=Woojin 승호=Seungho 건우=Gunwoo 민수=Minsoo 정훈=Junghoon 진우=Jinwoo 형준=Hyungjun 시우=Siwoo",
            "김=Kim 김=Kim 김=Kim 이=Lee 이=Lee 박=Park 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon 장=Jang 임=Lim 한=Han 오=Oh 서=Seo 신=Shin 권=Kwon \
             황=Hwang 안=Ahn 송=Song 류=Ryu 홍=Hong 전=Jeon 고=Ko 문=Moon 손=Son 양=Yang 배=Bae 백=Baek 허=Heo 남=Nam 심=Shim 노=Noh 하=Ha 곽=Kwak 성=Sung \
             차=Cha 주=Joo 우=Woo 구=Koo 민=Min 유=Yoo 나=Na 진=Jin 지=Ji 엄=Eom 채=Chae 원=Won 천=Cheon 방=Bang",
        )
    },
    Culture {
        native: 35,
        ..latin(
            "ar",
            "أمل=Amal أمينة=Amina آية=Aya إيمان=Iman بسمة=Basma جميلة=Jamila حنان=Hanan خديجة=Khadija دعاء=Duaa رانيا=Rania ريم=Reem زينب=Zainab سارة=Sara \
             سلمى=Salma سميرة=Samira شيماء=Shaimaa عائشة=Aisha غادة=Ghada فاطمة=Fatima ليلى=Layla مريم=Maryam منى=Mona نادية=Nadia نور=Noor هدى=Huda ياسمين=Yasmin",
            "أحمد=Ahmed إبراهيم=Ibrahim أنس=Anas أيمن=Ayman باسم=Bassem بلال=Bilal جمال=Jamal حسن=Hassan خالد=Khaled رامي=Rami زياد=Ziad سامي=Sami سعيد=Saeed \
             طارق=Tarek عادل=Adel عمر=Omar فيصل=Faisal كريم=Karim ماجد=Majed محمود=Mahmoud مصطفى=Mustafa نبيل=Nabil هاني=Hani وليد=Walid ياسر=Yasser يوسف=Yousef",
            "الأنصاري=Al-Ansari البغدادي=Al-Baghdadi التميمي=Al-Tamimi الجابري=Al-Jabri الحداد=Al-Haddad الحمدان=Al-Hamdan الخطيب=Al-Khatib الخوري=Al-Khoury \
             الدوسري=Al-Dosari الرفاعي=Al-Rifai الزعبي=Al-Zoubi السعدي=Al-Saadi الشامي=Al-Shami الشريف=Al-Sharif الصباغ=Al-Sabbagh العطار=Al-Attar الغامدي=Al-Ghamdi \
             القاسم=Al-Qasim المصري=Al-Masri المنصوري=Al-Mansoori النجار=Al-Najjar الهاشمي=Al-Hashimi بركات=Barakat بنعلي=Benali حجازي=Hegazy حمدي=Hamdi \
             درويش=Darwish سليمان=Suleiman شاهين=Shaheen صالح=Saleh عبدالله=Abdullah عثمان=Othman فرج=Farag منصور=Mansour موسى=Mousa ناصر=Nasser يعقوب=Yaqoub",
        )
    },
    Culture {
        native: 30,
        ..latin(
            "he",
            "אביגיל=Avigail אורלי=Orly איילת=Ayelet גלית=Galit דנה=Dana הדס=Hadas טליה=Talia יעל=Yael כרמית=Carmit ליאת=Liat מאיה=Maya מיכל=Michal נועה=Noa \
             סיגל=Sigal עדי=Adi ענת=Anat רוני=Roni שירה=Shira תמר=Tamar",
            "אבי=Avi אורי=Uri איתי=Itai אלון=Alon אסף=Asaf גיל=Gil דוד=David דניאל=Daniel יואב=Yoav יוסי=Yossi ליאור=Lior מתן=Matan נדב=Nadav עומר=Omer \
             עידו=Ido רן=Ran רועי=Roi שי=Shai תומר=Tomer",
            "אברהמי=Avrahami אדלר=Adler אזולאי=Azulay ביטון=Biton ברק=Barak גבאי=Gabay גולן=Golan דהן=Dahan הררי=Harari חדד=Hadad כהן=Cohen כרמלי=Carmeli \
             לביא=Lavi מזרחי=Mizrahi מלכה=Malka נחום=Nahum סגל=Segal עמר=Amar פלד=Peled פרידמן=Friedman קפלן=Kaplan רוזן=Rosen שגיא=Sagi שפירא=Shapira",
        )
    },
    Culture {
        native: 25,
        ..latin(
            "hi",
            "अदिति=Aditi अंजलि=Anjali अनुष्का=Anushka आरती=Aarti दिव्या=Divya ईशा=Isha काव्या=Kavya किरण=Kiran मीरा=Meera नेहा=Neha निशा=Nisha पूजा=Pooja \
             प्रिया=Priya राधिका=Radhika रिया=Riya सरिता=Sarita शालिनी=Shalini श्रेया=Shreya सीमा=Seema स्नेहा=Sneha सुनीता=Sunita तन्वी=Tanvi वर्षा=Varsha विद्या=Vidya",
            "आदित्य=Aditya अजय=Ajay अमित=Amit आनंद=Anand अर्जुन=Arjun अशोक=Ashok दीपक=Deepak गौरव=Gaurav हर्ष=Harsh कुणाल=Kunal मनीष=Manish मोहित=Mohit \
             नवीन=Naveen निखिल=Nikhil पंकज=Pankaj प्रकाश=Prakash राहुल=Rahul राजेश=Rajesh रोहन=Rohan संदीप=Sandeep संजय=Sanjay सिद्धार्थ=Siddharth सुरेश=Suresh \
             तरुण=Tarun विजय=Vijay विकास=Vikas विवेक=Vivek यश=Yash",
            "अग्रवाल=Agarwal बंसल=Bansal भट्ट=Bhatt भाटिया=Bhatia चौहान=Chauhan चोपड़ा=Chopra दास=Das देसाई=Desai दुबे=Dubey गर्ग=Garg घोष=Ghosh गुप्ता=Gupta \
             अय्यर=Iyer जैन=Jain जोशी=Joshi कपूर=Kapoor खन्ना=Khanna कुलकर्णी=Kulkarni कुमार=Kumar मल्होत्रा=Malhotra मेहता=Mehta मिश्रा=Mishra नायर=Nair \
             नायक=Nayak पांडे=Pandey पारेख=Parekh पटेल=Patel पिल्लई=Pillai राव=Rao रेड्डी=Reddy साहू=Sahu सक्सेना=Saxena सेठी=Sethi शाह=Shah शर्मा=Sharma शेट्टी=Shetty \
             सिंह=Singh सिन्हा=Sinha श्रीवास्तव=Srivastava त्रिपाठी=Tripathi त्यागी=Tyagi वर्मा=Verma व्यास=Vyas यादव=Yadav",
        )
    },
    Culture {
        native: 60,
        ..latin(
            "ru",
            "Алина=Alina Анастасия=Anastasia Анна=Anna Валентина=Valentina Вера=Vera Вероника=Veronika Виктория=Viktoria Галина=Galina Дарья=Daria \
             Евгения=Evgenia Екатерина=Ekaterina Елена=Elena Зоя=Zoya Инна=Inna Ирина=Irina Карина=Karina Кристина=Kristina Ксения=Ksenia Лариса=Larisa \
             Людмила=Lyudmila Марина=Marina Мария=Maria Надежда=Nadezhda Наталья=Natalia Оксана=Oksana Ольга=Olga Полина=Polina Светлана=Svetlana \
             София=Sofia Татьяна=Tatiana Ульяна=Ulyana Юлия=Yulia",
            "Александр=Alexander Алексей=Alexey Анатолий=Anatoly Андрей=Andrey Антон=Anton Артём=Artem Борис=Boris Вадим=Vadim Валерий=Valery \
             Василий=Vasily Виктор=Viktor Виталий=Vitaly Вячеслав=Vyacheslav Геннадий=Gennady Георгий=Georgy Глеб=Gleb Денис=Denis Дмитрий=Dmitry \
             Евгений=Evgeny Егор=Egor Иван=Ivan Игорь=Igor Илья=Ilya Кирилл=Kirill Константин=Konstantin Максим=Maxim Михаил=Mikhail Никита=Nikita \
             Олег=Oleg Павел=Pavel Роман=Roman Сергей=Sergey Степан=Stepan Тимур=Timur Фёдор=Fedor Юрий=Yury",
            "Антонов/Антонова=Antonov/Antonova Баранов/Баранова=Baranov/Baranova Белов/Белова=Belov/Belova Беляев/Беляева=Belyaev/Belyaeva \
             Волков/Волкова=Volkov/Volkova Воробьёв/Воробьёва=Vorobyov/Vorobyova Голубев/Голубева=Golubev/Golubeva Гусев/Гусева=Gusev/Guseva \
             Данилов/Данилова=Danilov/Danilova Егоров/Егорова=Egorov/Egorova Жуков/Жукова=Zhukov/Zhukova Зайцев/Зайцева=Zaytsev/Zaytseva \
             Захаров/Захарова=Zakharov/Zakharova Зуев/Зуева=Zuev/Zueva Калинин/Калинина=Kalinin/Kalinina Киселёв/Киселёва=Kiselyov/Kiselyova \
             Ковалёв/Ковалёва=Kovalyov/Kovalyova Комаров/Комарова=Komarov/Komarova Корнилов/Корнилова=Kornilov/Kornilova Крылов/Крылова=Krylov/Krylova \
             Кузьмин/Кузьмина=Kuzmin/Kuzmina Лебедев/Лебедева=Lebedev/Lebedeva Макаров/Макарова=Makarov/Makarova Мельников/Мельникова=Melnikov/Melnikova \
             Мишин/Мишина=Mishin/Mishina Морозов/Морозова=Morozov/Morozova Никитин/Никитина=Nikitin/Nikitina Новиков/Новикова=Novikov/Novikova \
             Орлов/Орлова=Orlov/Orlova Осипов/Осипова=Osipov/Osipova Поляков/Полякова=Polyakov/Polyakova Романов/Романова=Romanov/Romanova \
             Рыбаков/Рыбакова=Rybakov/Rybakova Семёнов/Семёнова=Semyonov/Semyonova Сидоров/Сидорова=Sidorov/Sidorova Смирнов/Смирнова=Smirnov/Smirnova \
             Соловьёв/Соловьёва=Solovyov/Solovyova Сорокин/Сорокина=Sorokin/Sorokina Степанов/Степанова=Stepanov/Stepanova Тарасов/Тарасова=Tarasov/Tarasova \
             Фёдоров/Фёдорова=Fyodorov/Fyodorova Филатов/Филатова=Filatov/Filatova Чернов/Чернова=Chernov/Chernova Щербаков/Щербакова=Shcherbakov/Shcherbakova",
        )
    },
    Culture {
        native: 60,
        ..latin(
            "uk",
            "Анастасія=Anastasiia Богдана=Bohdana Вікторія=Viktoriia Ганна=Hanna Дарина=Daryna Євгенія=Yevheniia Зоряна=Zoriana Ірина=Iryna Катерина=Kateryna \
             Леся=Lesia Людмила=Liudmyla Марія=Mariia Мирослава=Myroslava Надія=Nadiia Наталія=Nataliia Оксана=Oksana Олена=Olena Ольга=Olha Роксолана=Roksolana \
             Світлана=Svitlana Соломія=Solomiia Софія=Sofiia Тетяна=Tetiana Уляна=Uliana Христина=Khrystyna Юлія=Yuliia Ярина=Yaryna",
            "Андрій=Andrii Антон=Anton Артем=Artem Богдан=Bohdan Василь=Vasyl Віталій=Vitalii Всеволод=Vsevolod Григорій=Hryhorii Данило=Danylo Дмитро=Dmytro \
             Євген=Yevhen Захар=Zakhar Іван=Ivan Ігор=Ihor Кирило=Kyrylo Маркіян=Markiian Микола=Mykola Михайло=Mykhailo Назар=Nazar Олег=Oleh Олексій=Oleksii \
             Остап=Ostap Павло=Pavlo Роман=Roman Сергій=Serhii Степан=Stepan Тарас=Taras Юрій=Yurii Ярослав=Yaroslav",
            "Бойко=Boiko Бондар=Bondar Бондаренко=Bondarenko Василенко=Vasylenko Гаврилюк=Havryliuk Гнатюк=Hnatiuk Гончар=Honchar Данилюк=Danyliuk Демченко=Demchenko \
             Дячук=Diachuk Іваненко=Ivanenko Іванюк=Ivaniuk Калюжний/Калюжна=Kaliuzhnyi/Kaliuzhna Коваль=Koval Ковальчук=Kovalchuk Коломієць=Kolomiiets \
             Косенко=Kosenko Кравець=Kravets Кравченко=Kravchenko Кузьменко=Kuzmenko Левченко=Levchenko Лисенко=Lysenko Литвин=Lytvyn Марченко=Marchenko \
             Мельник=Melnyk Мороз=Moroz Назаренко=Nazarenko Олійник=Oliinyk Павленко=Pavlenko Панченко=Panchenko Петренко=Petrenko Поліщук=Polishchuk \
             Романюк=Romaniuk Руденко=Rudenko Савчук=Savchuk Сидоренко=Sydorenko Ткаченко=Tkachenko Ткачук=Tkachuk Харченко=Kharchenko Шевчук=Shevchuk \
             Шульга=Shulha Яременко=Yaremenko",
        )
    },
    Culture {
        native: 30,
        ..latin(
            "th",
            "กมลชนก=Kamonchanok จิราพร=Jiraporn ณัฐธิดา=Natthida ดวงใจ=Duangjai นภา=Napa ปิยะดา=Piyada พิมพ์ชนก=Pimchanok มาลี=Malee รัตนา=Rattana วรรณา=Wanna \
             ศิริพร=Siriporn สุดา=Suda อรทัย=Orathai อารียา=Areeya",
            "กิตติ=Kitti ชัยวัฒน์=Chaiwat ณัฐพล=Nattapon ธนากร=Thanakorn ธีรเดช=Teeradet นพดล=Nopadol ประเสริฐ=Prasert ปกรณ์=Pakorn พงศ์พัฒน์=Pongpat \
             วรากร=Warakorn ศุภชัย=Supachai สมชาย=Somchai สุรชัย=Surachai อนันต์=Anan",
            "แก้วมณี=Kaewmanee ใจดี=Jaidee ชัยมงคล=Chaimongkol ทองสุข=Thongsuk บุญเรือง=Boonruang พงษ์ไพบูลย์=Pongpaiboon รุ่งเรือง=Rungruang วงศ์สวัสดิ์=Wongsawat \
             ศรีสุข=Srisuk สายทอง=Saithong สุวรรณ=Suwan แสงจันทร์=Saengchan อินทร์แก้ว=Inkaew จันทร์เพ็ญ=Chanpen",
        )
    },
    latin(
        "yo",
        "Abimbola Adaeze Adeola Adunni Amarachi Aisha Ayomide Bisi Bolanle Chiamaka Chidinma Chinwe Damilola Ebele Folake Funmilayo \
         Halima Ifeoma Ifunanya Kehinde Ngozi Nkechi Nneka Obiageli Olamide Oluchi Omolara Onyinye Ronke Simisola Temitope Titilayo \
         Uzoma Yetunde Zainab",
        "Abdullahi Adebayo Ademola Adewale Ayodele Babatunde Bamidele Chibuzo Chidi Chinedu Chukwuemeka Danjuma Dayo Ebuka Emeka Femi \
         Gbenga Ibrahim Ikenna Ifeanyi Jide Kayode Kelechi Kunle Musa Nnamdi Obinna Okechukwu Oladele Olumide Oluwaseun Rotimi Segun \
         Taiwo Tobenna Tunde Uche Umar Yusuf",
        "Abiodun Abubakar Adebisi Adekunle Adeleke Adeniyi Adeyemi Afolabi Agbaje Aina Ajayi Akande Akinola Akintola Alabi Aliyu Amadi \
         Anyanwu Balogun Bello Chukwu Danladi Ekwueme Eze Fashola Garba Ibekwe Igwe Ikpeazu Iroegbu Lawal Madu Mbah Mohammed Nwachukwu \
         Nwankwo Nwosu Obi Odukoya Ogunleye Ojo Okafor Okeke Okonkwo Okoro Oladipo Olaniyan Onuoha Onyekachi Opara Oyelaran Salako Sanni \
         Shittu Sowande Uba Udeh Usman Uzor Yakubu",
    ),
    latin(
        "sw",
        "Achieng Akinyi Amina Atieno Faith Grace Halima Joy Kanini Makena Mercy Mumbi Mwende Naliaka Neema Njeri Nyambura Purity \
         Rehema Wambui Wangari Wanjiku Zawadi",
        "Baraka Brian Dennis Hamisi Jabali Juma Kamau Karanja Kevin Kibet Kiprono Kiptoo Mutua Mwangi Ndungu Njoroge Ochieng Odhiambo \
         Omondi Otieno Salim Wafula Wekesa",
        "Achieng Barasa Chebet Chepkoech Gathogo Gitau Kamau Kariuki Kibaki Kimani Kipchumba Kiplagat Koech Langat Maina Mbugua Muchiri \
         Mugo Muriithi Mutiso Mwangi Ndegwa Ngugi Njuguna Nyong'o Ochieng Odhiambo Okoth Oloo Otieno Ouma Rotich Wafula Wamalwa Wanyama",
    ),
    latin(
        "zu",
        "Ayanda Bongiwe Busisiwe Khanyi Lerato Lindiwe Nandi Nomsa Nomvula Ntombi Palesa Sibongile Thandeka Thandiwe Thuli Zanele Zinhle",
        "Andile Bheki Bongani Lwazi Mandla Mpho Musa Nkosana Sandile Sibusiso Sifiso Sipho Sizwe Tebogo Thabo Themba Vusi Zola",
        "Buthelezi Cele Dlamini Dube Gumede Hadebe Khumalo Mabaso Mahlangu Majola Maseko Mazibuko Mbatha Mchunu Mhlongo Mkhize Mokoena \
         Molefe Mthembu Ndaba Ndlovu Ngcobo Ngubane Nkosi Ntuli Nxumalo Radebe Shabalala Sithole Zondi Zungu",
    ),
];

"""Given and family names by culture. Every person is a made-up combination of two of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """`native=latin` gives a name in its own script, with the spelling its e-mail address has."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def _names(given: str, family: str) -> Names:
    return Names(given=tuple(given.split()), family=tuple(family.split()))


NAMES: dict[str, Names] = {
    "english": _names(
        "Aaron Abigail Alice Amelia Austin Beth Caleb Carol Claire Colin Connor Daisy Derek Dylan "
        "Eleanor Eliza Ethan Fiona Gareth Gemma Graham Hannah Harriet Heather Holly Imogen Isla "
        "Jasper Joanna Keith Kirsty Lewis Lydia Marcus Megan Molly Nadia Nathan Neil Olivia Owen "
        "Peggy Phoebe Rhys Rosie Rupert Ruth Shane Stella Tessa Toby Trevor Violet Wesley Zoe",
        "Abbott Archer Ashby Barlow Bexley Birch Blakely Bracken Calloway Carver Chadwick Cobb "
        "Colby Crane Dalton Denham Draper Eastwick Ellery Fairley Finch Fletcher Garrick Goodwin "
        "Hadley Halloran Harlow Hartwell Hayward Holloway Ingram Keating Kendrick Langley Lockwood "
        "Mercer Merrick Norwood O'Shea O'Dell Pembroke Prescott Quigley Radcliff Ridley Rowland "
        "Sheldon Stanton Thackeray Thorne Underhill Wainwright Whitlock Winslow Yardley",
    ),
    "spanish": _names(
        "Adrián Aitana Alba Álvaro Andrea Begoña Carla César Cristóbal Daniela Elvira Emilio "
        "Fermín Gonzalo Héctor Inés Íñigo Jimena Joaquín Lorena Lucía Maite Marcelo Nerea Nuria "
        "Óscar Paloma Raúl Rocío Rodrigo Sofía Tomás Valentina Ximena",
        "Aguirre Arroyo Barrios Benítez Caballero Cárdenas Castaño Cordero Escobar Espinosa "
        "Figueroa Galindo Herranz Ibáñez Lozano Luján Marín Montalvo Muñoz Navarrete Núñez Olmedo "
        "Pacheco Peña Quintana Rebollo Rincón Salcedo Sepúlveda Tapia Ureña Valdés Zúñiga",
    ),
    "portuguese": _names(
        "Afonso Beatriz Bruno Caio Camila Catarina Davi Débora Eduarda Fábio Filipa Gonçalo "
        "Helena Inácio João Júlia Larissa Leandro Letícia Luís Mafalda Mateus Murilo Otávio "
        "Rafaela Renato Sérgio Tainá Teresa Thiago Vitória",
        "Abreu Alencar Amaral Azevedo Bastos Brandão Cabral Camargo Conceição Correia Damasceno "
        "Esteves Falcão Figueira Gouveia Guimarães Leitão Macedo Magalhães Meireles Moura Nogueira "
        "Paixão Peixoto Pimentel Queirós Sampaio Seabra Teles Valadares Vasques Vilela",
    ),
    "french": _names(
        "Agathe Amélie Anaïs Antoine Aurélie Bastien Baptiste Benoît Céline Chloé Clément Damien "
        "Élodie Étienne Fabrice Gaëlle Géraldine Hélène Hugo Joël Loïc Maëlys Manon Maxime Noémie "
        "Océane Quentin Rémi Solène Thibault Yann",
        "Aubry Barbier Bazin Besson Blanchard Boucher Bourdin Carlier Chauvin Colin Coulon "
        "Delmas Descamps Duhamel Fabre Fauré Gaillard Gilbert Guérin Hamon Jacquet Lacroix Lebrun "
        "Maréchal Masson Noël Perrot Picard Rivière Salmon Tessier Vasseur",
    ),
    "german": _names(
        "Anke Annika Bärbel Björn Carsten Doreen Eberhard Elke Franziska Frieda Gerd Gisela Götz "
        "Heike Holger Ilse Jörg Jürgen Karsten Käthe Lars Leonie Lothar Marlene Mareike Nils Ole "
        "Rüdiger Silke Sönke Svenja Thorsten Ulrike Uwe Wiebke",
        "Ackermann Albrecht Bäcker Baumgart Behrens Böhm Brandl Dörfler Eberle Ebner Fröhlich "
        "Gärtner Großmann Günther Haas Hübner Jäger Kästner Kühn Lechner Löffler Moser Nußbaum "
        "Oertel Pfister Quandt Rößler Schäfer Schröder Seidl Strauß Thoma Übel Vogt Weiß Zöllner",
    ),
    "swedish": _names(
        "Agneta Anders Annelie Björn Elin Ebba Göran Gunilla Håkan Ingrid Jonas Kerstin Leif "
        "Mårten Märta Nils Olle Pernilla Saga Sixten Torbjörn Ulrika Viggo Åsa",
        "Åberg Åkesson Bergström Björklund Dahlgren Ekström Engdahl Forsberg Hägglund Hedlund "
        "Höglund Isaksson Lindqvist Löfgren Norén Nyström Öberg Östlund Sjöberg Söderlund Wikström",
    ),
    "norwegian": _names(
        "Aksel Arne Astrid Bjørn Gro Håvard Hege Ingvild Jørgen Kåre Liv Magnhild Odd Ragnhild "
        "Rune Sigrid Solveig Terje Tuva Øyvind",
        "Aasen Bakken Berge Brekke Dahle Eide Fjeld Foss Gjerde Hagen Haugen Kvamme Lie Moen "
        "Nygård Ødegård Rønning Sæther Solberg Strøm Tveit Vik",
    ),
    "danish": _names(
        "Anders Asger Bente Birgitte Bodil Frederik Grethe Henning Jeppe Jytte Kirsten Lærke Mads "
        "Mette Mikkel Nanna Rasmus Sofie Søren Trine",
        "Aagaard Bjerre Brandt Dalgaard Frandsen Friis Holm Iversen Juhl Kjær Krogh Lauritsen "
        "Lund Mortensen Munk Nørgaard Østergaard Skov Søndergaard Thygesen",
    ),
    "finnish": _names(
        "Aino Antti Arto Eero Eila Helmi Ilmari Jaakko Jukka Kaisa Katri Lauri Marjatta Minna Olli "
        "Päivi Pekka Riikka Sanna Tuomas Väinö",
        "Ahonen Hämäläinen Heikkilä Järvinen Kallio Karjalainen Kettunen Koskela Laakso Lehtonen "
        "Mäkelä Mäntylä Nieminen Peltonen Räsänen Saarinen Salonen Tuominen Väisänen Ylönen",
    ),
    "dutch": _names(
        "Anouk Bas Bram Daan Esmée Femke Gijs Hanneke Ingeborg Jeroen Joost Lotte Maarten Marijke "
        "Noor Pim Roos Sander Teun Willemijn",
        "Bakker Bosman Brouwer Dekker Dijkstra Groen Hendriks Hoekstra Jansma Kuiper Mulder Postma "
        "Scholten Smit Timmerman Veenstra Verhoeven Visser Wolters Zijlstra",
    ),
    "italian": _names(
        "Alessia Alfio Bianca Caterina Cosimo Dario Elisa Fabiola Gaia Gennaro Ginevra Ilaria "
        "Lorenzo Mattia Nicolò Noemi Ottavia Piero Rosario Silvia Ugo",
        "Barbieri Basile Caputo Carbone D'Amico D'Angelo Farina Ferrante Galli Giordano Grasso "
        "Lombardo Marchetti Monti Palumbo Pellegrini Riva Sala Serra Testa Vitale",
    ),
    "polish": _names(
        "Agnieszka Bartosz Bożena Dorota Grażyna Jacek Jadwiga Kinga Łukasz Małgorzata Mirosław "
        "Paweł Radosław Stanisława Wojciech Zofia",
        "Adamczyk Błaszczyk Dąbrowska Gajewski Jabłońska Kaczmarek Kołodziej Krawczyk Łukasik "
        "Majewska Olszewski Pawłowska Sikora Wróbel Zając Żak",
    ),
    "japanese": _names(
        "健太=Kenta 美咲=Misaki 翔=Sho 陽子=Yoko 直樹=Naoki 真理=Mari 大輔=Daisuke 恵=Megumi "
        "拓也=Takuya 千尋=Chihiro Haruka Kazuki Ayumi Ryota Noriko Shinji Emi Takeshi",
        "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 渡辺=Watanabe 山本=Yamamoto 小林=Kobayashi "
        "加藤=Kato 吉田=Yoshida 山田=Yamada Inoue Kimura Hayashi Shimizu Matsuda Okada Fujii",
    ),
    "indian": _names(
        "Aarav Aditi Ananya Arjun Bhavna Chetan Deepa Devika Divya Gaurav Harish Isha Kavya "
        "Lakshmi Manish Meera Nandini Nikhil Pooja Pranav Rekha Rohan Sanjana Tanvi Varun Vidya",
        "Agarwal Banerjee Bhatt Chandra Chopra Desai Deshpande Ghosh Gupta Iyer Joshi Kulkarni "
        "Mehta Menon Mishra Mukherjee Naidu Nair Patil Pillai Rao Reddy Saxena Sengupta Verma",
    ),
    "chinese": _names(
        "Boon Hui Jia Kai Mei Ming Pei Qing Sheng Shu Siew Wei Xin Yan Yong Zhen",
        "Ang Chia Chong Chua Foo Goh Heng Koh Lau Lim Ng Ong Quek Seah Tan Teo Toh Wong Yeo",
    ),
    "filipino": _names(
        "Amihan Analyn Bayani Corazon Danilo Dalisay Efren Joselito Ligaya Liwayway Lualhati "
        "Marikit Mayumi Rizalina Rodel Tala",
        "Bautista Catacutan Dimaculangan Dizon Gatdula Lacson Macaraeg Magsaysay Manalo "
        "Mangubat Panganiban Pangilinan Salonga Sumulong Tolentino Villanueva",
    ),
    "arabic": _names(
        "Aisha Amal Dalal Faisal Farah Hamad Hessa Jassim Khalid Latifa Layla Majid Mariam Nasser "
        "Noora Omar Rashid Salma Yousef",
        "Al-Amiri Al-Badi Al-Falasi Al-Hammadi Al-Kaabi Al-Ketbi Al-Marri Al-Mazrouei Al-Neyadi "
        "Al-Qasimi Al-Shamsi Al-Suwaidi Haddad Khoury Mansour Nasr",
    ),
    "south african": _names(
        "Anele Annelise Bongani Dineo Hendrik Johan Katlego Lerato Lwazi Mandla Marietjie Naledi "
        "Pieter Sipho Thandeka Zanele",
        "Botha Coetzee Dlamini Fourie Khumalo Kruger Mabaso Mahlangu Mokoena Molefe Ndlovu Nel "
        "Nkosi Pretorius Sithole Steyn van_der_Merwe Zungu",
    ),
}

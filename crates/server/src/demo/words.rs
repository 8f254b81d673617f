//! Words for companies, jobs and tags. Tokens as in `cultures.rs`: `native=latin`, `masculine/feminine`, `_` for a space.

/// Industries; a trade below names one by its index.
pub static INDUSTRIES: &[&str] = &[
    "Software",           // 0
    "Manufacturing",      // 1
    "Logistics",          // 2
    "Healthcare",         // 3
    "Financial services", // 4
    "Retail",             // 5
    "Food and beverage",  // 6
    "Energy",             // 7
    "Construction",       // 8
    "Education",          // 9
    "Consulting",         // 10
    "Media",              // 11
    "Hospitality",        // 12
    "Agriculture",        // 13
    "Biotechnology",      // 14
    "Automotive",         // 15
    "Telecommunications", // 16
    "Legal services",     // 17
    "Real estate",        // 18
    "Non-profit",         // 19
];

/// How common each industry is, in the order above.
pub static INDUSTRY_WEIGHTS: &[u64] = &[22, 14, 8, 8, 8, 8, 7, 5, 6, 4, 8, 4, 4, 3, 3, 4, 3, 3, 3, 2];

/// First halves of coined names, most frequent first.
pub static ROOTS: &str = "Nova Vert Lumen Terra Quanta Orbi Delta Axio Hyper Cloud Data Solar Ferro Helio Omni Uni Trans Inter Aqua Stella Nordi \
    Medi Agri Opti Veri Clari Sonar Pixel Robo Carbo Magna Alti Velo Civi Ponti Fluxo Grava Kine Lexi Mira Opal Pali Quori Rivo Sabli Tempo \
    Ultra Vanta Wavelo Xeno Yonda Zephy Arbo Brio Cobal Dyna Ember Folio Gala Hexa Indigo Jovi Kalei Lyra";

/// Second halves of coined names.
pub static ENDINGS: &str =
    "ra via tec lia vo ris nix dyne sphere grid mark line path bridge stack wise point flow core nest works port shift";

/// Words that stand in front of a trade in English-style names.
pub static LANDMARKS: &str = "Harbour Summit Cedar Granite Meadow Beacon Willow Copper Falcon Heron Juniper Kestrel Lantern Maple Northgate Orchard \
    Pinewood Quarry Ridgeway Saffron Thistle Umber Violet Westbrook Yarrow Anchor Birchwood Clearwater Driftwood Eastfield Foxglove Glacier \
    Highland Ironbridge Larkspur Millstone Oakridge Periwinkle Redstone Silverlake Tidewater Windmill";

/// What a company does, by culture: `industry|name`. Other cultures use the English list.
pub static TRADES: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "0|Software",
            "0|Systems",
            "0|Labs",
            "0|Analytics",
            "0|Cloud",
            "1|Industries",
            "1|Tools",
            "1|Components",
            "2|Logistics",
            "2|Freight",
            "3|Health",
            "3|Clinics",
            "4|Capital",
            "4|Insurance",
            "5|Stores",
            "5|Outfitters",
            "6|Foods",
            "6|Bakeries",
            "7|Energy",
            "7|Renewables",
            "8|Construction",
            "8|Interiors",
            "9|Academy",
            "9|Learning",
            "10|Consulting",
            "10|Advisors",
            "11|Media",
            "11|Studios",
            "12|Hotels",
            "12|Travel",
            "13|Farms",
            "14|Biosciences",
            "14|Therapeutics",
            "15|Motors",
            "15|Mobility",
            "16|Telecom",
            "16|Networks",
            "17|Law",
            "18|Properties",
            "19|Foundation",
        ],
    ),
    (
        "de",
        &[
            "0|Software",
            "0|Datentechnik",
            "0|Informatik",
            "1|Maschinenbau",
            "1|Werkzeuge",
            "1|Metallbau",
            "1|Feinmechanik",
            "2|Spedition",
            "2|Logistik",
            "3|Medizintechnik",
            "3|Pflegedienste",
            "4|Vermögensverwaltung",
            "4|Versicherungen",
            "5|Handels",
            "5|Möbelhaus",
            "6|Brauerei",
            "6|Feinkost",
            "6|Backwaren",
            "7|Energietechnik",
            "7|Solartechnik",
            "8|Hochbau",
            "8|Tiefbau",
            "9|Akademie",
            "10|Unternehmensberatung",
            "11|Verlag",
            "12|Hotels",
            "13|Landtechnik",
            "14|Biotechnologie",
            "15|Fahrzeugbau",
            "16|Netze",
            "17|Rechtsanwälte",
            "18|Immobilien",
            "19|Stiftung",
        ],
    ),
    (
        "fr",
        &[
            "0|Logiciels",
            "0|Informatique",
            "1|Industrie",
            "1|Mécanique",
            "2|Transports",
            "3|Santé",
            "4|Assurances",
            "4|Patrimoine",
            "5|Distribution",
            "6|Boulangeries",
            "6|Traiteur",
            "7|Énergies",
            "8|Bâtiment",
            "8|Travaux",
            "9|Formation",
            "10|Conseil",
            "11|Éditions",
            "12|Hôtels",
            "13|Vignobles",
            "14|Biotechnologies",
            "15|Automobiles",
            "16|Télécoms",
            "17|Avocats",
            "18|Immobilier",
            "19|Fondation",
        ],
    ),
    (
        "es",
        &[
            "0|Sistemas",
            "0|Informática",
            "1|Industrias",
            "1|Maquinaria",
            "2|Transportes",
            "2|Logística",
            "3|Salud",
            "4|Seguros",
            "4|Inversiones",
            "5|Comercial",
            "6|Alimentos",
            "6|Conservas",
            "7|Energía",
            "8|Construcciones",
            "9|Formación",
            "10|Consultores",
            "11|Editorial",
            "12|Hoteles",
            "13|Agrícola",
            "14|Biotecnología",
            "15|Automoción",
            "16|Telecomunicaciones",
            "17|Abogados",
            "18|Inmobiliaria",
            "19|Fundación",
        ],
    ),
    (
        "pt",
        &[
            "0|Sistemas",
            "0|Tecnologia",
            "1|Indústria",
            "1|Metalúrgica",
            "2|Transportes",
            "3|Saúde",
            "4|Seguros",
            "4|Investimentos",
            "5|Comércio",
            "6|Alimentos",
            "6|Padarias",
            "7|Energia",
            "8|Construtora",
            "9|Educação",
            "10|Consultoria",
            "11|Editora",
            "12|Hotéis",
            "13|Agropecuária",
            "14|Biotecnologia",
            "15|Automóveis",
            "16|Telecomunicações",
            "17|Advogados",
            "18|Imóveis",
            "19|Fundação",
        ],
    ),
    (
        "it",
        &[
            "0|Informatica",
            "0|Sistemi",
            "1|Meccanica",
            "1|Officine",
            "2|Trasporti",
            "2|Spedizioni",
            "3|Sanità",
            "4|Assicurazioni",
            "5|Arredamenti",
            "6|Alimentari",
            "6|Dolciaria",
            "7|Energia",
            "8|Costruzioni",
            "9|Formazione",
            "10|Consulenza",
            "11|Edizioni",
            "12|Alberghi",
            "13|Vini",
            "14|Biotecnologie",
            "15|Automobili",
            "16|Telecomunicazioni",
            "17|Avvocati",
            "18|Immobiliare",
            "19|Fondazione",
        ],
    ),
    (
        "nl",
        &[
            "0|Software",
            "0|Automatisering",
            "1|Machinebouw",
            "2|Transport",
            "2|Logistiek",
            "3|Zorg",
            "4|Verzekeringen",
            "5|Winkels",
            "6|Bakkerijen",
            "6|Zuivel",
            "7|Energie",
            "8|Bouw",
            "9|Opleidingen",
            "10|Advies",
            "11|Uitgeverij",
            "12|Hotels",
            "13|Bloemen",
            "14|Biotech",
            "15|Mobiliteit",
            "16|Telecom",
            "17|Advocaten",
            "18|Vastgoed",
            "19|Stichting",
        ],
    ),
    (
        "sv",
        &[
            "0|Programvara",
            "0|Data",
            "1|Verkstad",
            "2|Åkeri",
            "3|Vård",
            "4|Kapital",
            "5|Handel",
            "6|Livsmedel",
            "7|Energi",
            "8|Bygg",
            "9|Utbildning",
            "10|Konsult",
            "11|Förlag",
            "12|Hotell",
            "13|Skog",
            "15|Fordon",
            "18|Fastigheter",
        ],
    ),
    (
        "pl",
        &[
            "0|Oprogramowanie",
            "0|Systemy",
            "1|Zakłady",
            "1|Mechanika",
            "2|Transport",
            "3|Medycyna",
            "4|Ubezpieczenia",
            "5|Handel",
            "6|Piekarnie",
            "7|Energia",
            "8|Budownictwo",
            "9|Szkolenia",
            "10|Doradztwo",
            "11|Wydawnictwo",
            "12|Hotele",
            "13|Ogrody",
            "15|Motoryzacja",
            "18|Nieruchomości",
        ],
    ),
    (
        "cs",
        &[
            "0|Software",
            "0|Systémy",
            "1|Strojírny",
            "1|Sklárny",
            "2|Doprava",
            "3|Zdraví",
            "4|Pojišťovna",
            "5|Obchod",
            "6|Pivovar",
            "6|Pekárny",
            "7|Energie",
            "8|Stavby",
            "9|Vzdělávání",
            "10|Poradenství",
            "11|Nakladatelství",
            "12|Hotely",
            "13|Sady",
            "15|Motory",
            "18|Reality",
        ],
    ),
    (
        "tr",
        &[
            "0|Yazılım",
            "0|Bilişim",
            "1|Makina",
            "1|Tekstil",
            "2|Lojistik",
            "3|Sağlık",
            "4|Sigorta",
            "5|Mağazacılık",
            "6|Gıda",
            "7|Enerji",
            "8|İnşaat",
            "9|Eğitim",
            "10|Danışmanlık",
            "11|Yayıncılık",
            "12|Turizm",
            "13|Tarım",
            "15|Otomotiv",
            "18|Gayrimenkul",
        ],
    ),
    (
        "vi",
        &[
            "0|Phần_mềm",
            "0|Công_nghệ",
            "1|Cơ_khí",
            "2|Vận_tải",
            "3|Y_tế",
            "4|Bảo_hiểm",
            "5|Thương_mại",
            "6|Thực_phẩm",
            "7|Năng_lượng",
            "8|Xây_dựng",
            "9|Giáo_dục",
            "10|Tư_vấn",
            "11|Truyền_thông",
            "12|Du_lịch",
            "13|Nông_sản",
            "18|Địa_ốc",
        ],
    ),
    (
        "zh",
        &[
            "0|软件=Software",
            "0|科技=Technology",
            "1|机械=Machinery",
            "1|制造=Manufacturing",
            "2|物流=Logistics",
            "3|医疗=Medical",
            "4|投资=Investment",
            "5|商贸=Trading",
            "6|食品=Foods",
            "7|能源=Energy",
            "8|建设=Construction",
            "9|教育=Education",
            "10|咨询=Consulting",
            "11|传媒=Media",
            "12|酒店=Hotels",
            "14|生物=Biotech",
            "15|汽车=Auto",
            "16|通信=Telecom",
            "18|置业=Properties",
        ],
    ),
    (
        "ja",
        &[
            "0|システム=Systems",
            "0|ソフト=Soft",
            "1|製作所=Seisakusho",
            "1|工業=Kogyo",
            "2|運輸=Unyu",
            "3|医科=Ika",
            "4|保険=Hoken",
            "5|商店=Shoten",
            "5|商事=Shoji",
            "6|食品=Shokuhin",
            "6|酒造=Shuzo",
            "7|電力=Denryoku",
            "8|建設=Kensetsu",
            "9|学院=Gakuin",
            "10|総研=Soken",
            "11|出版=Shuppan",
            "12|旅館=Ryokan",
            "13|農園=Noen",
            "15|自動車=Jidosha",
            "16|通信=Tsushin",
            "18|不動産=Fudosan",
        ],
    ),
    (
        "ko",
        &[
            "0|소프트=Soft",
            "0|시스템=Systems",
            "1|산업=Industries",
            "1|정밀=Precision",
            "2|물류=Logistics",
            "3|메디칼=Medical",
            "4|투자=Invest",
            "5|상사=Trading",
            "6|식품=Foods",
            "7|에너지=Energy",
            "8|건설=Construction",
            "9|교육=Education",
            "10|컨설팅=Consulting",
            "11|미디어=Media",
            "14|바이오=Bio",
            "15|모터스=Motors",
        ],
    ),
    (
        "ru",
        &[
            "0|Софт=Soft",
            "0|Системы=Sistemy",
            "1|Завод=Zavod",
            "1|Механика=Mekhanika",
            "2|Логистика=Logistika",
            "3|Медицина=Meditsina",
            "4|Капитал=Kapital",
            "5|Торг=Torg",
            "6|Хлеб=Khleb",
            "7|Энерго=Energo",
            "8|Строй=Stroy",
            "10|Консалт=Konsalt",
            "11|Медиа=Media",
            "13|Агро=Agro",
            "15|Авто=Avto",
        ],
    ),
    (
        "uk",
        &[
            "0|Софт=Soft",
            "0|Системи=Systemy",
            "1|Завод=Zavod",
            "1|Механіка=Mekhanika",
            "2|Логістика=Lohistyka",
            "3|Медицина=Medytsyna",
            "4|Капітал=Kapital",
            "5|Торг=Torh",
            "6|Хліб=Khlib",
            "7|Енерго=Enerho",
            "8|Буд=Bud",
            "10|Консалт=Konsalt",
            "11|Медіа=Media",
            "13|Агро=Ahro",
            "15|Авто=Avto",
        ],
    ),
];

/// Job titles in English: `title weight`, most companies write these whatever their language.
pub static TITLES: &str = "CEO CTO CFO COO Founder Co-founder Managing_Director Head_of_Sales Head_of_Marketing Head_of_Operations Head_of_Procurement \
    Head_of_IT Head_of_People Head_of_Product VP_Sales VP_Engineering VP_Finance Sales_Manager Account_Manager Key_Account_Manager Marketing_Manager \
    Product_Manager Project_Manager Operations_Manager Office_Manager Procurement_Manager Purchasing_Manager Supply_Chain_Manager Quality_Manager \
    Plant_Manager Store_Manager Customer_Success_Manager Finance_Manager Controller Accountant Buyer Business_Analyst Data_Analyst Software_Engineer \
    Senior_Software_Engineer DevOps_Engineer Design_Lead Research_Lead Security_Officer Legal_Counsel HR_Business_Partner Recruiter \
    Executive_Assistant Consultant Senior_Consultant Partner Business_Development_Manager";

/// Job titles in other languages.
pub static LOCAL_TITLES: &[(&str, &str)] = &[
    (
        "de",
        "Geschäftsführer/Geschäftsführerin Prokurist/Prokuristin Vertriebsleiter/Vertriebsleiterin Einkaufsleiter/Einkaufsleiterin \
         Leiter_Einkauf/Leiterin_Einkauf Leiter_IT/Leiterin_IT Leiter_Marketing/Leiterin_Marketing Personalleiter/Personalleiterin \
         Werksleiter/Werksleiterin Projektleiter/Projektleiterin Sachbearbeiter/Sachbearbeiterin Assistenz_der_Geschäftsleitung \
         Buchhalter/Buchhalterin Entwickler/Entwicklerin",
    ),
    (
        "fr",
        "Directeur_général/Directrice_générale Directeur_commercial/Directrice_commerciale Directeur_financier/Directrice_financière \
         Responsable_achats Responsable_marketing Responsable_informatique Chef_de_projet/Cheffe_de_projet Chargé_d'affaires/Chargée_d'affaires \
         Acheteur/Acheteuse Comptable Gérant/Gérante Ingénieur/Ingénieure Assistant_de_direction/Assistante_de_direction",
    ),
    (
        "es",
        "Director_general/Directora_general Director_comercial/Directora_comercial Director_financiero/Directora_financiera Gerente \
         Jefe_de_ventas/Jefa_de_ventas Jefe_de_compras/Jefa_de_compras Responsable_de_marketing Responsable_de_sistemas \
         Ingeniero/Ingeniera Administrativo/Administrativa Contable Socio/Socia",
    ),
    (
        "pt",
        "Diretor_geral/Diretora_geral Diretor_comercial/Diretora_comercial Diretor_financeiro/Diretora_financeira Gerente_de_vendas Gerente_de_compras \
         Gerente_de_marketing Coordenador_de_TI/Coordenadora_de_TI Analista_de_negócios Engenheiro/Engenheira Sócio/Sócia Contador/Contadora",
    ),
    (
        "it",
        "Amministratore_delegato/Amministratrice_delegata Direttore_commerciale/Direttrice_commerciale Direttore_finanziario/Direttrice_finanziaria \
         Responsabile_acquisti Responsabile_vendite Responsabile_marketing Responsabile_IT Ingegnere Impiegato/Impiegata Titolare Socio/Socia",
    ),
    (
        "nl",
        "Directeur Commercieel_directeur Inkoopmanager Verkoopleider Hoofd_ICT Projectleider Bedrijfsleider Boekhouder Adviseur",
    ),
    (
        "pl",
        "Prezes_zarządu Dyrektor_handlowy Dyrektor_finansowy Kierownik_zakupów Kierownik_sprzedaży Specjalista_ds._marketingu Księgowy/Księgowa Inżynier",
    ),
    (
        "cs",
        "Jednatel/Jednatelka Obchodní_ředitel/Obchodní_ředitelka Finanční_ředitel/Finanční_ředitelka Vedoucí_nákupu Vedoucí_prodeje Účetní Projektový_manažer/Projektová_manažerka",
    ),
    (
        "tr",
        "Genel_Müdür Satış_Müdürü Satın_Alma_Müdürü Pazarlama_Müdürü Finans_Direktörü Proje_Yöneticisi Muhasebe_Uzmanı Kurucu_Ortak",
    ),
    ("sv", "Verkställande_direktör Försäljningschef Inköpschef Ekonomichef IT-chef Projektledare Marknadschef"),
    (
        "vi",
        "Giám_đốc Phó_giám_đốc Trưởng_phòng_kinh_doanh Trưởng_phòng_mua_hàng Kế_toán_trưởng Trưởng_phòng_marketing Kỹ_sư",
    ),
    ("zh", "总经理 副总经理 销售总监 市场总监 采购经理 财务总监 技术总监 项目经理 运营经理 人力资源经理"),
    ("ja", "代表取締役 取締役 営業部長 購買部長 情報システム部長 営業課長 経理課長 企画室長 工場長 主任"),
    ("ko", "대표이사 이사 영업부장 구매팀장 마케팅팀장 재무이사 과장 대리 연구소장"),
    (
        "ru",
        "Генеральный_директор Коммерческий_директор Финансовый_директор Руководитель_отдела_продаж Начальник_отдела_закупок Главный_бухгалтер Инженер",
    ),
    (
        "uk",
        "Генеральний_директор Комерційний_директор Фінансовий_директор Керівник_відділу_продажів Начальник_відділу_закупівель Головний_бухгалтер Інженер",
    ),
];

/// A tag to be given: name, colour (one of `crm::tags::model::COLORS`), what it is for.
pub struct TagWord {
    pub name: &'static str,
    pub color: &'static str,
    pub description: &'static str,
}

const fn tag(name: &'static str, color: &'static str, description: &'static str) -> TagWord {
    TagWord { name, color, description }
}

/// The tag library in order of use: the first are given most often.
pub static TAGS: &[TagWord] = &[
    tag("newsletter", "blue", "Agreed to the monthly newsletter"),
    tag("vip", "amber", "Answer within the hour"),
    tag("source:website", "gray", "Came through the website"),
    tag("event:2026-spring", "purple", "Met at the spring fair 2026"),
    tag("persona:decision-maker", "pink", "Signs or decides"),
    tag("source:referral", "gray", "Recommended by a customer"),
    tag("persona:champion", "pink", "Speaks for us inside the company"),
    tag("event:2025-autumn", "purple", "Met at the autumn fair 2025"),
    tag("trial", "teal", "Is trying the product"),
    tag("persona:technical", "pink", "Asks the technical questions"),
    tag("source:linkedin", "gray", "Found on LinkedIn"),
    tag("hot-lead", "red", "Call this week"),
    tag("renewal:2026", "green", "Contract ends in 2026"),
    tag("partner", "indigo", "Sells with us"),
    tag("event:2025-spring", "purple", "Met at the spring fair 2025"),
    tag("press", "orange", "Writes about the trade"),
    tag("follow-up:quarterly", "blue", "Call once a quarter"),
    tag("persona:finance", "pink", "Looks at price and terms"),
    tag("webinar:onboarding", "purple", "Attended the onboarding webinar"),
    tag("beta", "teal", "Uses features before release"),
    tag("source:cold-outreach", "gray", "We wrote first"),
    tag("churn-risk", "red", "May leave"),
    tag("webinar:security", "purple", "Attended the security webinar"),
    tag("persona:procurement", "pink", "Runs the tender"),
];

/// Prefixes and endings of the rest of a large tag library (`prefix:kebab-case`).
pub static TAG_FAMILIES: &[(&str, &str, &str)] = &[
    (
        "product",
        "teal",
        "core analytics mobile api integrations reporting automation security onboarding support-plus storage billing",
    ),
    (
        "campaign",
        "purple",
        "spring-offer summer-offer autumn-offer year-end win-back referral-bonus early-bird upgrade anniversary loyalty relaunch survey",
    ),
    (
        "event",
        "purple",
        "2024-spring 2024-autumn 2024-roadshow 2025-roadshow 2025-summit 2026-roadshow 2026-summit user-day open-house breakfast-talk",
    ),
    ("webinar", "purple", "pricing migration reporting automation compliance integrations roadmap best-practice"),
    (
        "interest",
        "blue",
        "pricing hosting privacy api mobile consulting training migration compliance sustainability procurement automation",
    ),
    ("stage", "green", "researching evaluating negotiating onboarding live expanding paused lapsed"),
    ("source", "gray", "fair partner phone directory podcast blog advert marketplace alumni"),
    ("persona", "pink", "owner assistant operations marketing legal it-lead founder analyst board"),
    ("list", "gray", "a b c d gold silver bronze holiday-cards advisory alumni speakers references case-study gift"),
    ("follow-up", "blue", "weekly monthly yearly after-holidays next-budget"),
    ("competitor", "red", "spreadsheet in-house legacy-suite agency none"),
    ("contract", "green", "annual monthly multi-year pilot framework expired"),
    ("territory", "gray", "north south east west central coast capital islands"),
    ("budget", "orange", "open approved frozen next-year unknown"),
    ("team-size", "gray", "solo small medium large enterprise"),
    (
        "topic",
        "blue",
        "ai data-quality mail-merge forecasting remote-work gdpr dashboards quotas hiring supply-chain fair-trade packaging tenders exports \
     travel",
    ),
];

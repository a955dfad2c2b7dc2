// The cities of the measurements: real names with the mean temperature of their climate, rounded to about a degree and
// meant to be plausible, no more. Their order decides which bytes a seed gives: change neither order nor names.

/// A place that measures its temperature.
package struct Station: Equatable, Sendable {
  /// Name in UTF-8, 3 to 26 bytes, without the delimiter or a quote.
  package var name: String
  /// Mean temperature in tenths of a degree Celsius.
  package var meanTenths: Int

  /// All stations, in the order of the table below.
  package static let all: [Station] = table.split(whereSeparator: { $0 == "," || $0 == "\n" }).map { entry in
    let words = entry.split(separator: " ")
    let isCold = words[words.count - 1].hasPrefix("-")
    let digits = words[words.count - 1].utf8.filter { (48...57).contains($0) }
    let tenths = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    return Station(name: words.dropLast().joined(separator: " "), meanTenths: isCold ? -tenths : tenths)
  }

  /// Name and mean in degrees with one digit, separated by commas and line breaks.
  private static let table = """
    Reykjavík 4.9, Tórshavn 6.9, Tromsø 3.0, Bodø 5.1, Trondheim 5.6, Bergen 8.0, Stavanger 8.1, Luleå 2.7, Umeå 3.6
    Östersund 3.3, Uppsala 6.6, Göteborg 8.2, Malmö 8.7, Visby 7.5, Oulu 3.1, Jyväskylä 3.6, Tampere 4.9
    Helsinki 6.2, Aalborg 8.3, Odense 8.8, København 9.2, Tartu 6.2, Rīga 6.9, Liepāja 7.5, Klaipėda 7.8, Kaunas 7.1
    Gdańsk 8.2, Poznań 9.0, Łódź 8.6, Warszawa 8.9, Wrocław 9.4, Kraków 8.8, Aberdeen 8.6, Edinburgh 9.3
    Newcastle upon Tyne 9.2, Leeds 9.6, Manchester 10.0, Cardiff 10.8, London 11.3, Dublin 9.8, Galway 10.3
    Amsterdam 10.4, Rotterdam 10.6, Bruxelles 10.6, Liège 10.3, Luxembourg 9.4, Hamburg 9.6, Bremen 9.8, Berlin 10.1
    Hannover 9.9, Münster 10.0, Köln 10.7, Dresden 9.6, Nürnberg 9.4, Stuttgart 10.0, München 9.4
    Freiburg im Breisgau 11.4, Garmisch-Partenkirchen 7.6, Ulm 8.9, Zürich 9.5, Basel 10.6, Genève 10.7, Lugano 12.6
    Salzburg 9.3, Graz 9.9, Wien 11.0, Brno 9.7, Bratislava 10.8, Košice 9.3, Debrecen 10.7, Ljubljana 10.9
    Zagreb 11.6, Split 16.3, Sarajevo 10.2, Banja Luka 11.4, Niš 12.1, Novi Sad 11.7, Prishtina 10.5, Ohrid 11.4
    Tiranë 15.9, Shkodër 14.9, Plovdiv 12.6, Varna 12.3, București 11.1, Cluj-Napoca 9.1, Timișoara 11.4, Iași 10.1
    Constanța 12.2, Chișinău 10.3, Paris 12.3, Rouen 10.9, Nantes 12.6, Dijon 11.3, Bordeaux 14.0, Toulouse 14.0
    Pau 13.5, Marseille 15.8, Ajaccio 15.6, La Coruña 14.9, Santiago de Compostela 12.8, Bilbao 14.7, Zaragoza 15.5
    Madrid 15.0, València 18.3, Alicante 18.3, Córdoba 18.2, Sevilla 19.2, Málaga 18.5, Palma 18.2
    Las Palmas de Gran Canaria 21.2, Santa Cruz de Tenerife 21.5, Porto 15.2, Lisboa 17.4, Funchal 19.6, Torino 13.0
    Venezia 13.7, Bologna 14.4, Firenze 15.4, Roma 15.9, Napoli 16.4, Bari 16.3, Catania 18.2, Valletta 19.3
    Ioannina 14.3, Athína 18.5, Kalamata 17.9, Ródos 19.3, Nicosia 19.7, Istanbul 14.7, İzmir 18.0, Antalya 18.8
    Trabzon 15.0, Diyarbakır 15.9, Van 9.4, Minsk 6.7, Kyiv 8.9, Odesa 11.0, Simferopol 11.1, Arkhangelsk 1.8
    Sankt-Peterburg 6.1, Moskva 6.1, Nizhny Novgorod 5.2, Ufa 3.9, Samara 5.9, Rostov-na-Donu 10.4, Makhachkala 12.6
    Yekaterinburg 3.1, Omsk 2.4, Norilsk -9.4, Krasnoyarsk 1.8, Chita -1.0, Yakutsk -8.7, Oymyakon -14.9
    Khabarovsk 2.4, Petropavlovsk-Kamchatsky 2.7, Yuzhno-Sakhalinsk 2.9, Batumi 14.6, Gyumri 6.5, Astana 3.7
    Aktobe 5.3, Osh 12.0, Tashkent 14.8, Nukus 12.5, Dushanbe 15.0, Kabul 12.1, Mazar-e Sharif 17.2, Tehran 17.9
    Tabriz 13.0, Isfahan 16.8, Ahvaz 26.0, Bandar Abbas 27.1, Mosul 20.1, Erbil 21.0, Aleppo 17.7, Tripoli 20.0
    Jerusalem 17.4, Haifa 20.4, Gaza 20.2, Aqaba 24.6, Riyadh 26.2, Mecca 31.0, Abha 18.6, Doha 27.6, Abu Dhabi 28.0
    Salalah 26.4, Cairo 21.8, Alexandria 20.6, Luxor 24.8, Benghazi 20.2, Tunis 19.1, Gabès 19.8, Algiers 17.9
    Constantine 15.6, Casablanca 17.9, Fès 17.6, Marrakesh 19.9, Laayoune 19.9, Dakar 24.2, Saint-Louis 24.9
    Bissau 26.9, Freetown 26.6, Bamako 27.9, Timbuktu 28.8, Gao 29.8, Yamoussoukro 26.2, Bobo-Dioulasso 27.3
    Kumasi 26.0, Lomé 27.2, Cotonou 27.2, Lagos 27.0, Ibadan 26.6, Kano 26.3, Maiduguri 27.6, Agadez 28.4
    Abéché 28.6, Douala 26.9, Yaoundé 23.8, Bangui 26.0, Libreville 26.0, Pointe-Noire 25.1, Lubumbashi 20.6
    Goma 19.8, Port Sudan 28.4, Asmara 15.7, Massawa 30.2, Addis Ababa 16.2, Hargeisa 21.7, Kampala 21.8
    Nairobi 18.0, Kisumu 23.0, Lodwar 29.3, Bujumbura 23.9, Dodoma 22.7, Mwanza 23.2, Huambo 19.3, Livingstone 22.0
    Blantyre 20.8, Bulawayo 18.9, Maun 22.6, Walvis Bay 16.5, Beira 24.6, Antananarivo 18.2, Mahajanga 27.0
    Port Louis 24.1, Victoria 27.2, São Tomé 25.9, Johannesburg 15.6, Bloemfontein 16.2, Gqeberha 17.8, Maseru 15.4
    Jamestown 21.0, Lahore 24.4, Peshawar 22.9, Gilgit 15.4, Leh 5.6, Shimla 13.7, New Delhi 25.0, Lucknow 25.3
    Kolkata 26.7, Ahmedabad 27.4, Mumbai 27.1, Pune 24.9, Goa Velha 27.0, Chennai 28.7, Kochi 27.4
    Thiruvananthapuram 27.3, Guwahati 24.5, Pokhara 21.1, Dhaka 26.1, Sylhet 24.8, Kandy 24.5, Malé 28.2
    Mandalay 27.4, Bangkok 28.7, Chiang Mai 26.2, Vientiane 26.4, Phnom Penh 28.2, Huế 25.1, Đà Nẵng 26.1
    Đà Lạt 18.0, Ho Chi Minh City 28.0, George Town 27.6, Singapore 27.8, Bandar Seri Begawan 27.4, Medan 27.2
    Jakarta 27.6, Surabaya 28.0, Makassar 27.3, Manila 28.3, Baguio 19.6, Davao 27.8, Beijing 13.1, Harbin 5.0
    Dalian 11.4, Ürümqi 7.7, Kashgar 12.3, Xining 6.1, Chengdu 16.7, Wuhan 17.4, Shanghai 17.2, Fuzhou 20.6
    Kunming 15.8, Macau 22.9, Taipei 23.4, Ulaanbaatar -0.1, Pyongyang 11.1, Seoul 12.9, Jeju 16.3, Sendai 12.8
    Tokyo 15.8, Kyoto 16.2, Hiroshima 16.5, Kagoshima 18.8, Darwin 27.8, Brisbane 20.6, Alice Springs 21.1
    Perth 18.7, Sydney 18.0, Canberra 13.4, Hobart 12.9, Wellington 13.0, Dunedin 11.1, Honiara 26.8, Nouméa 23.4
    Suva 25.7, Papeete 26.5, Majuro 27.8, Hagåtña 27.3, Honolulu 25.5, Hanga Roa 20.6, Utqiaġvik -10.4
    Anchorage 3.1, Whitehorse 0.2, Iqaluit -8.7, Vancouver 10.6, Edmonton 3.9, Winnipeg 3.1, Toronto 9.5
    Montréal 7.2, Québec 4.9, Halifax 7.0, Seattle 11.4, San Francisco 14.6, Los Angeles 18.6, Las Vegas 20.6
    Tucson 20.9, Salt Lake City 11.7, Denver 10.6, El Paso 18.9, Houston 21.1, New Orleans 21.1, Nashville 15.7
    Miami 25.1, Charlotte 16.1, Philadelphia 13.4, New York 13.0, Buffalo 9.3, Detroit 10.4, Milwaukee 9.0
    Saint Paul 7.9, Oklahoma City 16.2, Bismarck 6.0, Anaheim 18.5, Hermosillo 24.9, Mazatlán 25.1, Guadalajara 20.9
    Ciudad de México 17.5, Veracruz 25.4, Mérida 26.2, Cancún 27.1, Ciudad de Guatemala 19.5, San Salvador 23.9
    San Pedro Sula 26.9, San José 20.9, Panamá 27.9, La Habana 25.2, Santiago de Cuba 26.3, Port-au-Prince 26.9
    San Juan 27.2, Bridgetown 26.9, Willemstad 28.0, Maracaibo 28.2, Bogotá 13.4, Medellín 22.0, Cartagena 27.8
    Quito 13.9, Cuenca 14.9, Lima 19.2, Cusco 11.9, La Paz 8.5, Santa Cruz de la Sierra 24.2, Georgetown 27.0
    Cayenne 26.4, Belém 26.6, Fortaleza 26.8, Salvador 25.4, Brasília 21.4, Cuiabá 26.3, Rio de Janeiro 23.9
    São Paulo 19.5, Florianópolis 20.9, Porto Alegre 19.7, Asunción 23.0, Salto 18.4, Rosario 17.2
    Bahía Blanca 15.1, Bariloche 8.2, Comodoro Rivadavia 12.9, Ushuaia 5.8, Antofagasta 16.8, Valparaíso 14.3
    Concepción 12.9, Puerto Montt 10.4
    """
}

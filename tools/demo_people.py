"""Invented people for the demo: names, birth dates, addresses, personal ids.  Everything is drawn from a seeded generator;
no row stands for a living person (the serial part of every personal id is the row's number)."""

FAMILY = ["Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
          "Hồ", "Ngô", "Dương", "Lý", "Mai", "Trịnh", "Đinh", "Tạ", "Cao"]
MALE = [("Văn", "An"), ("Minh", "Anh"), ("Gia", "Bảo"), ("Quốc", "Bảo"), ("Đức", "Bình"), ("Minh", "Châu"), ("Mạnh", "Cường"), ("Tiến", "Dũng"),
        ("Hải", "Đăng"), ("Thành", "Đạt"), ("Minh", "Đức"), ("Trường", "Giang"), ("Nhật", "Hào"), ("Trung", "Hiếu"), ("Huy", "Hoàng"),
        ("Việt", "Hùng"), ("Gia", "Huy"), ("Quang", "Huy"), ("Duy", "Khang"), ("Minh", "Khôi"), ("Anh", "Kiệt"), ("Hoàng", "Lâm"),
        ("Bảo", "Long"), ("Đức", "Mạnh"), ("Nhật", "Minh"), ("Hoài", "Nam"), ("Trọng", "Nghĩa"), ("Khôi", "Nguyên"), ("Thiện", "Nhân"),
        ("Tấn", "Phát"), ("Gia", "Phúc"), ("Hồng", "Phước"), ("Minh", "Quân"), ("Thái", "Sơn"), ("Đức", "Tài"), ("Quốc", "Thắng"),
        ("Phúc", "Thịnh"), ("Minh", "Tiến"), ("Đức", "Trí"), ("Quang", "Vinh"), ("Tuấn", "Vũ")]
FEMALE = [("Ngọc", "Anh"), ("Phương", "Anh"), ("Quỳnh", "Anh"), ("Ngọc", "Ánh"), ("Thị", "Bình"), ("Bảo", "Châu"), ("Linh", "Chi"), ("Mỹ", "Duyên"),
          ("Thùy", "Dương"), ("Linh", "Đan"), ("Hương", "Giang"), ("Ngân", "Hà"), ("Thu", "Hà"), ("Gia", "Hân"), ("Thanh", "Hằng"),
          ("Diệu", "Hiền"), ("Khánh", "Huyền"), ("Lan", "Hương"), ("Minh", "Khuê"), ("Thanh", "Lam"), ("Khánh", "Linh"), ("Thùy", "Linh"),
          ("Trúc", "Ly"), ("Xuân", "Mai"), ("Trà", "My"), ("Kim", "Ngân"), ("Bảo", "Ngọc"), ("Hồng", "Ngọc"), ("Thảo", "Nguyên"),
          ("Yến", "Nhi"), ("Quỳnh", "Như"), ("Mai", "Phương"), ("Diễm", "Quỳnh"), ("Thanh", "Tâm"), ("Phương", "Thảo"), ("Anh", "Thư"),
          ("Thủy", "Tiên"), ("Bảo", "Trâm"), ("Huyền", "Trang"), ("Thanh", "Trúc"), ("Cẩm", "Tú"), ("Tường", "Vy"), ("Hải", "Yến")]
JOBS = ["Công nhân", "Nông dân", "Buôn bán", "Giáo viên", "Lái xe", "Kĩ sư", "Nhân viên văn phòng", "Thợ may", "Nội trợ", "Bộ đội", "Bác sĩ"]
STREETS = ["Lê Lợi", "Trần Phú", "Nguyễn Huệ", "Hai Bà Trưng", "Lý Thường Kiệt", "Điện Biên Phủ", "Hoàng Diệu", "Phan Đình Phùng"]
PLACES = [("079", "Thành phố Hồ Chí Minh"), ("079", "Thành phố Hồ Chí Minh"), ("079", "Thành phố Hồ Chí Minh"), ("080", "Tỉnh Long An"),
          ("074", "Tỉnh Bình Dương"), ("038", "Tỉnh Thanh Hóa"), ("075", "Tỉnh Đồng Nai")]
ETHNIC = ["Kinh"] * 17 + ["Hoa", "Khơ-me", "Tày"]


class People:
    """Draws people one after the other; names never repeat within one draw."""

    def __init__(self, rng):
        self.rng, self.used, self.serial = rng, set(), 0

    def name(self, sex):
        while True:
            middle, given = self.rng.choice(MALE if sex == "Nam" else FEMALE)
            family = self.rng.choice(FAMILY)
            extra = self.rng.choice(["", "", "", "Hoàng ", "Ngọc ", "Thanh "])
            name = f"{family} {extra if extra.strip() != middle else ''}{middle} {given}"
            if name not in self.used:
                self.used.add(name)
                return name

    def personal_id(self, place, sex, year):
        self.serial += 1
        century = (year - 1900) // 100 * 2 + (1 if sex == "Nữ" else 0)
        return f"{place}{century}{year % 100:02d}{self.serial:06d}"

    def date(self, year):
        return f"{self.rng.randint(1, 28):02d}/{self.rng.randint(1, 12):02d}/{year}"

    def pupil(self, code, born, commune, sex=None):
        sex = sex or self.rng.choice(["Nam", "Nữ"])
        place, birth_place = self.rng.choice(PLACES)
        return {"code": code, "name": self.name(sex), "sex": sex, "birth": self.date(born), "id": self.personal_id(place, sex, born),
                "birth_place": birth_place, "ethnic": self.rng.choice(ETHNIC), "home": birth_place,
                "address": f"{self.rng.randint(1, 300)} {self.rng.choice(STREETS)}, {commune}",
                "father": self.name("Nam"), "father_job": self.rng.choice(JOBS), "mother": self.name("Nữ"), "mother_job": self.rng.choice(JOBS),
                "phone": f"09{self.rng.randint(0, 99999999):08d}", "register": f"{1000 + self.serial}", "status": "Đang học", "note": "",
                "ability": min(9.7, max(5.2, self.rng.gauss(7.6, 1.0)))}

    def adult(self, code, sex, position, subject=""):
        year = self.rng.randint(1970, 1998)
        return {"code": code, "name": self.name(sex), "sex": sex, "birth": self.date(year), "id": self.personal_id("079", sex, year),
                "position": position, "subject": subject, "phone": f"09{self.rng.randint(0, 99999999):08d}", "from": f"01/08/{self.rng.randint(2005, 2023)}", "to": ""}

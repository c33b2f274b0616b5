"""The part of the check that is a teacher's: links by every way of making and of following one."""

from dataclasses import dataclass

from demo.browser import Browser
from demo.parties import Desk, Parties, Shop, expect
from demo.teacher import Teacher, TeacherLink


@dataclass(frozen=True, slots=True)
class TeacherLinks:
    parties: Parties
    desk: Desk
    """Where the teacher teaches."""

    def run(self) -> None:
        """Raises DemoError at the first step that fails."""
        teacher = self._sign_in()
        for shop in self.parties.shops:
            link = self._search(teacher, shop)
            for desk in self.parties.desks:
                self._follow(desk, shop, link)
        by_id = {shop.supplier.protocol: shop for shop in self.parties.shops}
        self._share(teacher, by_id["oidc"])
        self._pick(teacher, by_id["lti"])
        self._score(by_id["lti"])

    def _sign_in(self) -> Teacher:
        teacher = Teacher(self.parties.gateway, Browser())
        with self.parties.step(f"{self._name}: signs in and sees all material"):
            teacher.browser.open(f"{self.parties.gateway}/materials")
            self.parties.choose_and_log_in(teacher.browser, self.desk, self.desk.teacher)
            for shop in self.parties.shops:
                for material in shop.supplier.materials:
                    expect(material.title in teacher.browser.text, f"no {material.title} there")
        return teacher

    def _search(self, teacher: Teacher, shop: Shop) -> TeacherLink:
        with self.parties.step(f"{self._name} → {shop.supplier.name}: searches and makes a link"):
            return teacher.search(shop.supplier.deep_exercise)

    def _follow(self, desk: Desk, shop: Shop, link: TeacherLink) -> None:
        """The teacher's own pupils click; those of the other school type the code."""
        clicks = desk is self.desk
        way = "teacher's link" if clicks else "typed code"
        what = f"{desk.school.name} → {shop.supplier.name}: {way} into the exercise"
        with self.parties.step(what):
            browser = Browser()
            browser.open(link.address if clicks else f"{self.parties.gateway}/d")
            if not clicks:
                browser.fill("typed", link.code.lower())
            self.parties.choose_and_log_in(browser, desk, desk.pupil)
            self.parties.arrive(browser, desk, shop)

    def _share(self, teacher: Teacher, shop: Shop) -> None:
        """By the button on the supplier's own page."""
        with self.parties.step(f"{self._name} → {shop.supplier.name}: shares a page of theirs"):
            teacher.browser.open(shop.exercise)
            teacher.browser.follow("Deel met je leerlingen")
            teacher.make_link()

    def _pick(self, teacher: Teacher, shop: Shop) -> None:
        with self.parties.step(f"{self._name} → {shop.supplier.name}: picks at the tool"):
            teacher.browser.open(self.parties.pick_address)
            teacher.browser.tick("task", shop.supplier.deep_path)
            link = teacher.make_link()
        self._follow(self.desk, shop, link)

    def _score(self, shop: Shop) -> None:
        with self.parties.step(f"{self.desk.school.name} → {shop.supplier.name}: a score by AGS"):
            browser = Browser()
            browser.open(shop.link)
            self.parties.choose_and_log_in(browser, self.desk, self.desk.pupil)
            browser.fill("answer", shop.supplier.deep_exercise.accepted[0])
            expect("Je score staat bij de Ketenpoort: 1 van 1" in browser.text, browser.text)

    @property
    def _name(self) -> str:
        return f"{self.desk.teacher.full_name}, {self.desk.school.name}"

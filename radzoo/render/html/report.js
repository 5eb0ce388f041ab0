"use strict";
// Moves the threshold of a label and recomputes what happens there from counts in the page.
// At the threshold of the report its own numbers stand; elsewhere they are computed here.
(() => {
  const DASH = "-";
  const number = (value) => (Number.isFinite(value) ? value.toFixed(3) : DASH);

  // Wilson 1927: the interval of a proportion of independent cases.
  const wilson = (part, whole, z) => {
    if (!whole) return [NaN, NaN];
    const share = part / whole, square = z * z / whole;
    const middle = share + square / 2;
    const half = z * Math.sqrt(share * (1 - share) / whole + square / (4 * whole));
    return [(middle - half) / (1 + square), (middle + half) / (1 + square)];
  };

  // Mercaldo 2007: the interval on the logit, of a predictive value at a given prevalence.
  const predictive = (right, wrong, nRight, nWrong, odds, z) => {
    const value = right * odds / (right * odds + wrong);
    const spread = z * Math.sqrt((1 - right) / right / nRight + (1 - wrong) / wrong / nWrong);
    const at = (move) => 1 / (1 + Math.exp(-(Math.log(right * odds / wrong) + move)));
    return [value, at(-spread), at(spread)];
  };

  const count = (data, at) => {
    const [threshold, tp, fp] = data.points[at];
    return { threshold, tp, fp, fn: data.diseased - tp, tn: data.healthy - fp };
  };

  class Slider {
    constructor(box) {
      this.box = box;
      this.data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
      this.range = this.find("range");
      this.prevalence = this.find("prevalence");
      this.given = new Map([...box.querySelectorAll("[data-live]")].map((cell) => [cell, cell.textContent]));
      this.range.addEventListener("input", () => this.show());
      this.prevalence.addEventListener("input", () => this.show());
      this.find("reset").addEventListener("click", () => this.move(this.data.start));
      for (const part of box.querySelectorAll("[data-controls]")) part.hidden = false;
      this.show();
    }

    find(name) { return this.box.querySelector(`[data-part="${name}"]`); }

    move(at) { this.range.value = String(at); this.show(); }

    // Of the thresholds whose counts are known, take the lowest that is not below the wanted one.
    moveTo(threshold) {
      let at = 0;
      this.data.points.forEach((point, index) => { if (point[0] !== null && point[0] >= threshold) at = index; });
      this.move(at);
    }

    show() {
      const at = Number(this.range.value), here = count(this.data, at);
      const moved = at !== this.data.start;
      const name = here.threshold === null ? "above every score" : String(Number(here.threshold.toPrecision(4)));
      this.range.setAttribute("aria-valuetext", `threshold ${name}`);
      this.write("threshold", name);
      this.find("state").hidden = !moved;
      this.box.classList.toggle("moved", moved);
      if (moved) this.compute(here);
      else for (const [cell, text] of this.given) cell.textContent = text;
      this.atPrevalence(here);
      this.draw(here);
      const link = this.find("link");
      link.hidden = here.threshold === null;
      link.href = `#${new URLSearchParams([[`threshold[${this.data.label}]`, String(here.threshold)], ["prevalence", String(this.prevalence.valueAsNumber / 100)]])}`;
    }

    compute(here) {
      for (const name of ["tp", "fp", "fn", "tn"]) this.write(name, String(here[name]));
      this.proportion("sensitivity", here.tp, this.data.diseased);
      this.proportion("specificity", here.tn, this.data.healthy);
      this.proportion("ppv", here.tp, here.tp + here.fp);
      this.proportion("npv", here.tn, here.tn + here.fn);
    }

    proportion(name, part, whole) {
      const [low, high] = wilson(part, whole, this.data.z);
      this.write(name, number(part / whole));
      this.write(`${name}-interval`, whole ? `${number(low)} to ${number(high)}` : DASH);
      this.write(`${name}-method`, whole ? "wilson" : DASH);
      this.write(`${name}-n`, String(whole));
    }

    atPrevalence(here) {
      const share = this.prevalence.valueAsNumber / 100;
      const valid = share > 0 && share < 1;
      this.prevalence.setAttribute("aria-invalid", String(!valid));
      const { diseased, healthy, z } = this.data;
      const hit = here.tp / diseased, alarm = here.fp / healthy, odds = share / (1 - share);
      const put = (name, [value, low, high]) => {
        this.write(`${name}-at`, valid ? number(value) : DASH);
        const known = valid && Number.isFinite(low) && Number.isFinite(high);
        this.write(`${name}-at-interval`, known ? `${number(low)} to ${number(high)}` : DASH);
      };
      put("ppv", predictive(hit, alarm, diseased, healthy, odds, z));
      put("npv", predictive(1 - alarm, 1 - hit, healthy, diseased, 1 / odds, z));
    }

    write(name, text) {
      const cell = this.find(name);
      if (cell) cell.textContent = text;
    }

    // Move the circles on the curves and the upright on the histogram.
    draw(here) {
      const hit = here.tp / this.data.diseased, called = here.tp + here.fp;
      this.place("roc", 100 * here.fp / this.data.healthy, 100 - 100 * hit);
      this.place("pr", 100 * hit, called ? 100 - 100 * here.tp / called : NaN);
      const line = document.getElementById(`${this.box.dataset.at}-scores-upright`);
      if (!line) return;
      const { low, high } = line.dataset;
      const share = here.threshold === null ? 1 : (here.threshold - low) / (high - low);
      const x = 100 * Math.min(Math.max(share, 0), 1);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
    }

    place(name, x, y) {
      const circle = document.getElementById(`${this.box.dataset.at}-${name}-marker`);
      if (!circle) return;
      circle.style.display = Number.isFinite(y) ? "" : "none";
      if (!Number.isFinite(y)) return;
      circle.setAttribute("cx", x);
      circle.setAttribute("cy", y);
    }
  }

  const sliders = [...document.querySelectorAll("[data-slider]")].map((box) => new Slider(box));

  const unfold = (folded) => { if (folded) folded.open = true; };

  // #threshold=0.3 is that of the first label, #threshold[Edema]=0.3 that of Edema; &prevalence=0.05.
  const follow = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    sliders.forEach((slider, index) => {
      const own = wanted.get(`threshold[${slider.data.label}]`) ?? (index ? null : wanted.get("threshold"));
      const share = Number(wanted.get("prevalence") ?? NaN);
      if (share > 0 && share < 1) slider.prevalence.value = String(Number((100 * share).toPrecision(12)));
      if (own === null) { slider.show(); return; }
      if (Number.isFinite(Number(own)) && own.trim() !== "") slider.moveTo(Number(own));
      unfold(slider.box.closest("details"));
      slider.box.scrollIntoView();
    });
    unfold(document.getElementById(location.hash.slice(1))?.querySelector(":scope > details"));
  };
  addEventListener("hashchange", follow);
  follow();
})();

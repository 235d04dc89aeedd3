/* <local-time><time datetime="…">…</time></local-time> shows the moment in the reader's own time zone. */

const FORMATS = {
  day: { day: "numeric", month: "short", year: "numeric" },
  minute: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const format = FORMATS[this.getAttribute("to") ?? "minute"];
    time.title = time.textContent.trim();
    time.textContent = new Intl.DateTimeFormat("en-GB", format).format(new Date(time.dateTime));
  }
}

customElements.define("local-time", LocalTime);

/*
 * <step-order> around the list of steps: a step's handle moves it, by drag or by keyboard (Space or Enter
 * lifts it, the arrow keys move it, Space or Enter drops it, Escape leaves it where it was). A drop sends
 * the handle's form once, with the new position; the page that comes back shows what is stored.
 */

class StepOrder extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    for (const handle of this.handles) {
      handle.closest("form").hidden = false;
      handle.addEventListener("keydown", (event) => this.pressed(event, handle));
      handle.addEventListener("click", () => this.clicked(handle));
      handle.addEventListener("blur", () => this.lifted === stepOf(handle) && !this.moving && this.cancel());
      handle.addEventListener("dragstart", (event) => this.dragStarted(event, handle));
      handle.addEventListener("dragend", () => this.dragEnded());
    }
    this.list.addEventListener("dragover", (event) => this.draggedOver(event));
    this.list.addEventListener("drop", (event) => this.dropped(event));
    this.returnFocus();
  }

  get handles() {
    return [...this.list.querySelectorAll(".step-handle button")];
  }

  get steps() {
    return [...this.list.querySelectorAll("[data-step]")];
  }

  /* By keyboard. */

  clicked(handle) {
    // Space and Enter click too; a pointer that clicks without dragging does nothing.
    if (this.byKey) this.lifted ? this.drop(handle) : this.lift(handle);
    this.byKey = false;
  }

  pressed(event, handle) {
    if (event.key === " " || event.key === "Enter") this.byKey = true;
    if (!this.lifted) return;
    const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) this.shift(handle, by);
    else if (event.key === "Escape") this.cancel();
    else return;
    event.preventDefault();
  }

  lift(handle) {
    this.lifted = stepOf(handle);
    this.orderBefore = this.steps;
    this.lifted.classList.add("lifted");
    this.say(`${this.lifted.dataset.name} is lifted. ${this.placeOf(this.lifted)} Move it with the arrow keys.`);
  }

  shift(handle, by) {
    const steps = this.steps;
    const other = steps[steps.indexOf(this.lifted) + by];
    if (other) {
      this.moving = true;
      if (by < 0) other.before(this.lifted);
      else other.after(this.lifted);
      handle.focus();
      this.moving = false;
      this.lifted.scrollIntoView({ block: "nearest" });
    }
    this.say(this.placeOf(this.lifted));
  }

  drop(handle) {
    const position = this.steps.indexOf(this.lifted);
    const before = this.orderBefore.indexOf(this.lifted);
    const name = this.lifted.dataset.name;
    this.settle();
    if (position === before) this.say(`${name} stays where it was.`);
    else this.send(handle.closest("form"), position);
  }

  cancel() {
    const handle = this.lifted.querySelector(".step-handle button");
    const hadFocus = document.activeElement === handle;
    const name = this.lifted.dataset.name;
    this.moving = true;
    this.orderBefore.forEach((step) => this.list.append(step));
    if (hadFocus) handle.focus();
    this.moving = false;
    this.settle();
    this.say(`${name} is back where it was.`);
  }

  settle() {
    this.lifted.classList.remove("lifted");
    this.lifted = this.orderBefore = null;
  }

  /* By drag. */

  dragStarted(event, handle) {
    if (this.lifted) this.cancel();
    this.dragged = stepOf(handle);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.dataset.name);
    event.dataTransfer.setDragImage(this.dragged.querySelector(".step-card"), 20, 20);
    this.dragged.classList.add("dragged");
  }

  draggedOver(event) {
    if (!this.dragged) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.mark(this.dropPlace(event.clientY));
  }

  /* The step before which the dragged one would come; null for the end of the list. */
  dropPlace(y) {
    const middle = (step) => {
      const { top, height } = step.querySelector(".step-card").getBoundingClientRect();
      return top + height / 2;
    };
    return this.steps.find((step) => y < middle(step)) ?? null;
  }

  mark(place) {
    for (const step of this.steps) step.classList.toggle("drop-before", step === place);
    this.list.classList.toggle("drop-last", place === null);
  }

  dropped(event) {
    if (!this.dragged) return;
    event.preventDefault();
    const others = this.steps.filter((step) => step !== this.dragged);
    const place = this.dropPlace(event.clientY);
    const next = place === this.dragged ? this.steps[this.steps.indexOf(this.dragged) + 1] : place;
    const position = next ? others.indexOf(next) : others.length;
    if (position !== this.steps.indexOf(this.dragged)) {
      this.send(this.dragged.querySelector(".step-handle"), position);
    }
  }

  dragEnded() {
    this.dragged.classList.remove("dragged");
    this.list.classList.remove("drop-last");
    for (const step of this.steps) step.classList.remove("drop-before");
    this.dragged = null;
  }

  send(form, position) {
    form.elements.position.value = position;
    form.requestSubmit();
  }

  /* After a move, the handle of the moved step has the focus again, so that one can go on. */
  returnFocus() {
    const address = new URL(location.href);
    const moved = address.searchParams.get("moved");
    if (!moved) return;
    address.searchParams.delete("moved");
    history.replaceState(history.state, "", address);
    this.steps.find((step) => step.dataset.step === moved)?.querySelector(".step-handle button").focus();
  }

  placeOf(step) {
    return `Step ${this.steps.indexOf(step) + 1} of ${this.steps.length}.`;
  }

  say(words) {
    this.querySelector("[data-said]").textContent = words;
  }
}

function stepOf(element) {
  return element.closest("[data-step]");
}

customElements.define("step-order", StepOrder);

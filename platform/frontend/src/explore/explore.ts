import { followMoves } from "./moves";
import { Player } from "./player";

document.querySelectorAll<HTMLElement>("[data-piece]").forEach((figure, index) => {
  followMoves(figure, new Player(figure, `piece-${index}`));
});

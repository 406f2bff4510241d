import { startAnswerGrids } from "./grid";
import { startDropZones } from "./drop";
import { startLivePages } from "./live";

startLivePages();
startDropZones();
startAnswerGrids();

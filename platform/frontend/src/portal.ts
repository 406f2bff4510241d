import { startAnswerGrids } from "./grid";
import { startDropZones } from "./drop";
import { startLivePages } from "./live";
import { startScrollRegions } from "./scroll";

startLivePages();
startDropZones();
startAnswerGrids();
startScrollRegions();

import { startAnswerGrids } from "./grid";
import { startDropZones } from "./drop";
import { startLivePages } from "./live";
import { startScrollRegions } from "./scroll";
import { tellTimeZone } from "./zone";

startLivePages();
startDropZones();
startAnswerGrids();
startScrollRegions();
tellTimeZone();

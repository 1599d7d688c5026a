package dev.writ.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In which format each style of a workbook shows numbers. */
record WorkbookStyles(List<String> formats) {

    /** The few of those with a fixed number that show the number itself (ECMA-376 part 1, 18.8.30). */
    private static final Map<String, String> FIXED =
            Map.of("0", WorkbookNumber.GENERAL, "1", "0", "2", "0.00", "3", "#,##0", "4", "#,##0.00", "49", "@");

    WorkbookStyles {
        formats = List.copyOf(formats);
    }

    static WorkbookStyles read(WorkbookXml xml) {
        Map<String, String> codes = new HashMap<>(FIXED);
        List<String> formats = new ArrayList<>();
        boolean ofCells = false;
        for (String element = xml.next().orElse("");
                !element.isEmpty();
                element = xml.next().orElse("")) {
            switch (element) {
                case "numFmt" ->
                    codes.put(
                            xml.attribute("numFmtId").orElse(""),
                            xml.attribute("formatCode").orElse(""));
                case "cellXfs" -> ofCells = true;
                case "cellStyles", "dxfs" -> ofCells = false;
                case "xf" -> {
                    if (ofCells) {
                        formats.add(codes.getOrDefault(xml.attribute("numFmtId").orElse("0"), "built-in"));
                    }
                }
                default -> {}
            }
        }
        return new WorkbookStyles(formats);
    }

    /** The format of a style by its number; that of no style is {@code General}. */
    String format(String style) {
        if (style.isEmpty()) {
            return formats.isEmpty() ? WorkbookNumber.GENERAL : formats.get(0);
        }
        return style.matches("[0-9]{1,5}") && Integer.parseInt(style) < formats.size()
                ? formats.get(Integer.parseInt(style))
                : "unknown";
    }
}

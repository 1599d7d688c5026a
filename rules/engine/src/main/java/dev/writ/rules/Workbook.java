package dev.writ.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workbook (ECMA-376) as far as tables need one: cells with texts, numbers and flags. Whatever could make it say something else
 * than people see in it is refused: formulas, macros, links, hidden sheets, rows and columns, dates, encryption.
 */
final class Workbook {

    private static final String MAIN = "xl/workbook.xml";

    private final String file;
    private final Map<String, byte[]> parts;

    private Workbook(String file, Map<String, byte[]> parts) {
        this.file = file;
        this.parts = parts;
    }

    /** The rows of each sheet; if anything is refused, that is reported. */
    static List<List<TableRow>> sheets(String file, byte[] content, List<BundleProblem> problems) {
        try {
            return new Workbook(file, WorkbookZip.parts(file, content)).sheets();
        } catch (SyntaxException refused) {
            problems.add(refused.problem());
            return List.of();
        }
    }

    private List<List<TableRow>> sheets() {
        for (String part : parts.keySet()) {
            if (part.endsWith(".rels")) {
                relations(part);
            }
        }
        if (!relations("_rels/.rels").containsValue(MAIN)) {
            throw new SyntaxException(BundleProblem.ofFile(file, "has no " + MAIN));
        }
        Map<String, String> relations = relations("xl/_rels/workbook.xml.rels");
        List<String> texts = parts.containsKey("xl/sharedStrings.xml") ? texts(xml("xl/sharedStrings.xml")) : List.of();
        WorkbookStyles styles = parts.containsKey("xl/styles.xml")
                ? WorkbookStyles.read(xml("xl/styles.xml"))
                : new WorkbookStyles(List.of());
        List<List<TableRow>> sheets = new ArrayList<>();
        WorkbookXml main = xml(MAIN);
        for (Optional<String> element = main.next(); element.isPresent(); element = main.next()) {
            if (element.get().equals("sheet")) {
                String name = main.attribute("name").orElse("");
                if (main.attribute("state")
                        .filter(state -> !state.equals("visible"))
                        .isPresent()) {
                    throw main.refused("the sheet '" + name + "' is hidden; what nobody sees decides nothing");
                }
                String target = relations.getOrDefault(main.relation(), "");
                sheets.add(new SheetReader(file, name, xml("xl/" + target.replaceFirst("^/?xl/", "")), texts, styles)
                        .rows());
            }
        }
        return sheets;
    }

    /** The targets by id. */
    private Map<String, String> relations(String part) {
        Map<String, String> targets = new HashMap<>();
        WorkbookXml xml = xml(part);
        for (Optional<String> element = xml.next(); element.isPresent(); element = xml.next()) {
            if (xml.attribute("TargetMode")
                    .filter(mode -> !mode.equals("Internal"))
                    .isPresent()) {
                throw xml.refused("links to something outside; a table says all it says itself");
            }
            String target = xml.attribute("Target").orElse("");
            targets.put(xml.attribute("Id").orElse(""), target.startsWith("/") ? target.substring(1) : target);
        }
        return targets;
    }

    private static List<String> texts(WorkbookXml xml) {
        List<String> texts = new ArrayList<>();
        for (Optional<String> element = xml.next(); element.isPresent(); element = xml.next()) {
            if (element.get().equals("si")) {
                texts.add(xml.texts());
            }
        }
        return texts;
    }

    private WorkbookXml xml(String part) {
        return WorkbookXml.of(file, part, parts.getOrDefault(part, new byte[0]));
    }
}

package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables in workbooks: the same ones, and nothing that people do not see. */
class WorkbookTest {

    private static final String SHEET = "xl/worksheets/sheet1.xml";

    /** B7 is 50, C7 a text, D7 {@code TRUE}. */
    private static final List<List<String>> TABLE = List.of(
            List.of("RuleTable limits"),
            List.of("NAME", "CONDITION", "CONDITION", "CONDITION", "ACTION"),
            List.of("", "ToolCall( tool == \"billing.refund\" )"),
            List.of(
                    "",
                    "number(\"amount\") <= $1",
                    "text(\"payment\") == \"$1\"",
                    "flag(\"urgent\") == $1",
                    "allow(\"$1\")"),
            List.of("Name", "Up to", "Payment", "Urgent", "Since"),
            List.of("small", "1.1000000000000001", "p-1", "", "few"),
            List.of("large", "50", "007", "TRUE", "urgent"));

    static Compilation compile(byte[] workbook) {
        Map<String, byte[]> files = new HashMap<>();
        files.put("bundle.yaml", Bundles.MANIFEST.getBytes(StandardCharsets.UTF_8));
        files.put("limits.xlsx", workbook);
        return PolicyCompiler.compile(PolicyBundle.of(files), TestTools.ALL);
    }

    private static List<String> problems(byte[] workbook) {
        return compile(workbook)
                .fold(
                        engine -> List.of(),
                        problems ->
                                problems.stream().map(BundleProblem::toString).toList());
    }

    private static TestWorkbook workbook() {
        return TestWorkbook.of(TABLE).with(SHEET, "<v>007</v>", "<v>7</v>");
    }

    private static TestWorkbook table() {
        // A text that looks like a number is stored as a text.
        return TestWorkbook.of(TABLE)
                .with(SHEET, "r=\"C7\"><v>007</v>", "r=\"C7\" t=\"inlineStr\"><is><t>007</t></is>");
    }

    @Test
    void eachRowIsARule() {
        assertThat(compile(table().bytes()).<String>fold(PolicyEngine::canonicalRules, List::toString))
                .isEqualTo("""
                rule "limits: small"
                when
                    ToolCall( tool == "billing.refund", number("amount") <= 1.1, text("payment") == "p-1" )
                then
                    allow("few");
                end

                rule "limits: large"
                when
                    ToolCall( tool == "billing.refund", number("amount") <= 50, text("payment") == "007", flag("urgent") == true )
                then
                    allow("urgent");
                end
                """);
    }

    @Test
    void anEmptyRowEndsATableThoughItIsNotStored() {
        TestWorkbook workbook =
                table().with(SHEET, "</sheetData>", "<row r=\"9\"><c r=\"A9\"><v>5</v></c></row></sheetData>");

        assertThat(problems(workbook.bytes()))
                .singleElement()
                .asString()
                .startsWith("limits.xlsx:9:1: limits!A9: found '5'; a table starts with");
    }

    @Test
    void jsonCarriesAWorkbookInBase64() {
        PolicyBundle bundle = PolicyBundle.of(Map.of(
                "bundle.yaml", Bundles.MANIFEST.getBytes(StandardCharsets.UTF_8), "limits.xlsx", table().bytes()));

        assertThat(PolicyBundle.ofTexts(bundle.texts()).digest()).isEqualTo(bundle.digest());
    }

    @ParameterizedTest
    @CsvSource({
        "50, 50",
        "-0.25, -0.25",
        "0.10000000000000001, 0.1",
        "1.1000000000000001, 1.1",
        "5.0000000000000003E-2, 0.05",
        "1E3, 1000",
        "0.30000000000000004, ''",
        "12345678901234567, ''",
        "1E99, ''",
        "1E20, ''",
        "1E-20, ''",
        "NaN, ''",
        "0x10, ''",
        "'1,5', ''"
    })
    void aNumberIsWhatPeopleSeeOrRefused(String stored, String decimal) {
        assertThat(WorkbookNumber.decimal(stored).orElse("")).isEqualTo(decimal);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                refused(
                        "number where a text is wanted",
                        "7:3: limits!C7: the template wants a text",
                        workbook -> workbook()),
                refused("formula", "7:2: limits!B7: a formula", inSheet("<v>50</v>", "<f>1+1</f><v>50</v>")),
                refused(
                        "formula that is shared",
                        "7:2: limits!B7: a formula",
                        inSheet("<v>50</v>", "<f t=\"shared\" si=\"0\"/><v>50</v>")),
                refused(
                        "text of a formula",
                        "7:2: limits!B7: the result of",
                        inSheet("r=\"B7\">", "r=\"B7\" t=\"str\">")),
                refused("error", "7:2: limits!B7: an error", inSheet("r=\"B7\">", "r=\"B7\" t=\"e\">")),
                refused("date", "7:2: limits!B7: a date", inSheet("r=\"B7\">", "r=\"B7\" t=\"d\">")),
                refused(
                        "number shown as a date",
                        "7:2: limits!B7: its format",
                        inSheet("r=\"B7\">", "r=\"B7\" s=\"1\">")),
                refused(
                        "number shown as a share",
                        "7:2: limits!B7: its format",
                        inSheet("r=\"B7\">", "r=\"B7\" s=\"2\">")),
                refused(
                        "number shown as a year",
                        "7:2: limits!B7: its format",
                        inSheet("r=\"B7\">", "r=\"B7\" s=\"3\">")),
                refused(
                        "number in an unknown format",
                        "7:2: limits!B7: its format",
                        inSheet("r=\"B7\">", "r=\"B7\" s=\"99\">")),
                refused(
                        "number shown rounded",
                        "7:2: limits!B7: its format shows fewer",
                        inSheet("r=\"B7\"><v>50<", "r=\"B7\" s=\"5\"><v>50.4<")),
                refused(
                        "result of a calculation",
                        "7:2: limits!B7: a number that is not",
                        inSheet("<v>50</v>", "<v>0.30000000000000004</v>")),
                refused(
                        "text that is missing",
                        "7:2: limits!B7: its text is missing",
                        inSheet("r=\"B7\">", "r=\"B7\" t=\"s\">")),
                refused(
                        "spreadsheet command",
                        "7:3: limits!C7: spreadsheets take",
                        inSheet("<t>007</t>", "<t>=cmd|' /C calc'!A0</t>")),
                refused(
                        "right-to-left override",
                        "7:3: limits!C7: an invisible",
                        inSheet("<t>007</t>", "<t>a\u202eb</t>")),
                refused(
                        "escaped control character",
                        "7:3: limits!C7: an invisible",
                        inSheet("<t>007</t>", "<t>a_x0008_b</t>")),
                refused(
                        "text that is not shown",
                        "7:3: limits!C7: its format may show",
                        inSheet("r=\"C7\" ", "r=\"C7\" s=\"7\" ")),
                refused(
                        "text shown as another one",
                        "7:3: limits!C7: its format may show",
                        inSheet("r=\"C7\" ", "r=\"C7\" s=\"8\" ")),
                refused(
                        "empty text shown as another one",
                        "7:3: limits!C7: its format may show",
                        inSheet("r=\"C7\" t=\"inlineStr\"><is><t>007<", "r=\"C7\" s=\"8\" t=\"inlineStr\"><is><t><")),
                refused(
                        "shared text shown as another one",
                        "7:5: limits!E7: its format may show",
                        inSheet("r=\"E7\" ", "r=\"E7\" s=\"8\" ")),
                refused(
                        "text of a formula shown as another one",
                        "7:3: limits!C7: its format may show",
                        inSheet("r=\"C7\" t=\"inlineStr\"", "r=\"C7\" s=\"8\" t=\"str\"")),
                refused(
                        "flag that is not shown",
                        "7:4: limits!D7: its format may show",
                        inSheet("r=\"D7\" ", "r=\"D7\" s=\"7\" ")),
                refused(
                        "flag in an unknown format",
                        "7:4: limits!D7: its format may show",
                        inSheet("r=\"D7\" ", "r=\"D7\" s=\"99\" ")),
                refused(
                        "conditional format",
                        ": limits: a conditional format may show B6:B7",
                        inSheet(
                                "</sheetData>",
                                "</sheetData><conditionalFormatting sqref=\"B6:B7\"><cfRule type=\"dataBar\""
                                        + " priority=\"1\"/></conditionalFormatting>")),
                refused(
                        "data bar of a later edition",
                        ": limits: it has an extension",
                        inSheet(
                                "</sheetData>",
                                "</sheetData><extLst><ext uri=\"{78C0D931-6437-407d-A8EE-F0AAD7539E65}\""
                                        + " xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\">"
                                        + "<x14:conditionalFormattings/></ext></extLst>")),
                refused("zeros that are not shown", ": limits: its zeros are not shown", view("showZeros=\"0\"")),
                refused("zeros that are false", ": limits: its zeros are not shown", view("showZeros=\"false\"")),
                refused("formulas that are shown", ": limits: it shows formulas", view("showFormulas=\"1\"")),
                refused(
                        "row too low to read",
                        ": limits: row 7 is hidden, collapsed or too small",
                        inSheet("<row r=\"7\"", "<row r=\"7\" ht=\"2.9\" customHeight=\"1\"")),
                refused(
                        "row of a height that is small in another way",
                        ": limits: row 7 is hidden, collapsed or too small",
                        inSheet("<row r=\"7\"", "<row r=\"7\" ht=\"100E-3\"")),
                refused(
                        "row of a height that is none",
                        ": limits: row 7 is hidden, collapsed or too small",
                        inSheet("<row r=\"7\"", "<row r=\"7\" ht=\"-15\"")),
                refused(
                        "rows too low to read",
                        ": limits: every row is hidden, collapsed or too small",
                        inSheet("defaultRowHeight=\"15\"", "defaultRowHeight=\"0.75\"")),
                refused(
                        "column too narrow to read",
                        ": limits: column 2 is hidden, collapsed or too small",
                        inSheet("<sheetData>", "<cols><col min=\"2\" max=\"2\" width=\"0.1\"/></cols><sheetData>")),
                refused(
                        "columns too narrow to read",
                        ": limits: every column is hidden, collapsed or too small",
                        inSheet("<sheetFormatPr ", "<sheetFormatPr defaultColWidth=\"0.5\" ")),
                refused(
                        "columns of no width of their own",
                        ": limits: every column is hidden, collapsed or too small",
                        inSheet("<sheetFormatPr ", "<sheetFormatPr baseColWidth=\"0\" ")),
                refused(
                        "hidden row",
                        ": limits: row 7 is hidden",
                        inSheet("<row r=\"7\"", "<row r=\"7\" hidden=\"1\"")),
                refused(
                        "row of no height",
                        ": limits: row 7 is hidden",
                        inSheet("<row r=\"7\"", "<row r=\"7\" ht=\"0\"")),
                refused(
                        "rows hidden at first",
                        ": limits: every row is hidden",
                        inSheet("<sheetFormatPr ", "<sheetFormatPr zeroHeight=\"1\" ")),
                refused(
                        "hidden column",
                        ": limits: column 2 is hidden",
                        inSheet("<sheetData>", "<cols><col min=\"2\" max=\"2\" hidden=\"true\"/></cols><sheetData>")),
                refused(
                        "column of no width",
                        ": limits: column 2 is hidden",
                        inSheet("<sheetData>", "<cols><col min=\"2\" max=\"2\" width=\"0\"/></cols><sheetData>")),
                refused(
                        "value behind a merged cell",
                        "7:3: limits!C7: is hidden behind",
                        inSheet("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"B7:C7\"/></mergeCells>")),
                refused(
                        "value behind a merged cell above",
                        "7:2: limits!B7: is hidden behind",
                        inSheet("</sheetData>", "</sheetData>" + merged("B6:B7"))),
                refused(
                        "merged cells before the others",
                        "merged cells stand before",
                        inSheet("<sheetData>", merged("B7:C7") + "<sheetData>")),
                refused(
                        "merged cells among the others",
                        "merged cells stand before",
                        inSheet("<row r=\"7\"", merged("B7:C7") + "<row r=\"7\"")),
                refused(
                        "merged cells that overlap",
                        "merged cells make no sense",
                        inSheet("</sheetData>", "</sheetData>" + merged("H1:J9", "J9:K9"))),
                refused(
                        "merged cells the wrong way round",
                        "merged cells make no sense",
                        inSheet("</sheetData>", "</sheetData>" + merged("H9:H1"))),
                refused(
                        "too many merged cells",
                        "at most 1000 merged cells",
                        inSheet("</sheetData>", "</sheetData>" + pairs(1_001))),
                refused("rows out of order", "its rows are not in order", inSheet("<row r=\"7\"", "<row r=\"3\"")),
                refused("cell of another row", "a cell is not in its row", inSheet("r=\"B7\"", "r=\"B8\"")),
                refused("cell twice", "limits!B7: the cells of a row", inSheet("r=\"C7\"", "r=\"B7\"")),
                refused(
                        "hidden sheet",
                        "the sheet 'limits' is hidden",
                        in("xl/workbook.xml", "name=\"limits\"", "name=\"limits\" state=\"hidden\"")),
                refused(
                        "very hidden sheet",
                        "the sheet 'limits' is hidden",
                        in("xl/workbook.xml", "name=\"limits\"", "name=\"limits\" state=\"veryHidden\"")),
                refused(
                        "external entity",
                        "document type",
                        in(
                                "xl/sharedStrings.xml",
                                "<sst",
                                "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst")),
                refused(
                        "billion laughs",
                        "document type",
                        in(
                                SHEET,
                                "<worksheet",
                                "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet")),
                refused("undeclared entity", "no XML", in(SHEET, "<v>50</v>", "<v>&x;</v>")),
                refused(
                        "link to another file",
                        "links to something outside",
                        in("_rels/.rels", "<Relationship ", "<Relationship TargetMode=\"External\" ")),
                refused("macros", "holds macros", workbook -> workbook.with("xl/vbaProject.bin", "x")),
                refused(
                        "external workbook",
                        "links to other files",
                        workbook -> workbook.with("xl/externalLinks/externalLink1.xml", "<x/>")),
                refused("query", "holds 'xl/connections.xml'", workbook -> workbook.with("xl/connections.xml", "<x/>")),
                refused(
                        "embedded object",
                        "holds 'xl/embeddings/oleObject1.bin'",
                        workbook -> workbook.with("xl/embeddings/oleObject1.bin", "x")),
                refused(
                        "path out of the archive",
                        "holds '../../etc/passwd'",
                        workbook -> workbook.with("../../etc/passwd", "x")),
                refused(
                        "zip bomb",
                        "unpacks to too much",
                        workbook -> workbook.with("xl/theme/theme1.xml", new byte[10_000_000])),
                refused("many bytes", "unpacks to too much", workbook -> bulk(workbook)),
                refused("many parts", "at most 100 parts", WorkbookTest::crowd));
    }

    private static Arguments refused(String what, String message, UnaryOperator<TestWorkbook> change) {
        return Arguments.of(what, message, change.apply(table()).bytes());
    }

    private static UnaryOperator<TestWorkbook> in(String part, String old, String now) {
        return workbook -> workbook.with(part, old, now);
    }

    private static UnaryOperator<TestWorkbook> inSheet(String old, String now) {
        return in(SHEET, old, now);
    }

    private static String merged(String... areas) {
        return Arrays.stream(areas)
                .map(area -> "<mergeCell ref=\"" + area + "\"/>")
                .collect(Collectors.joining("", "<mergeCells>", "</mergeCells>"));
    }

    /** So many merged cells beside the table, each in a row of its own. */
    private static String pairs(int many) {
        return merged(IntStream.rangeClosed(1, many)
                .mapToObj(row -> "H" + row + ":I" + row)
                .toArray(String[]::new));
    }

    private static UnaryOperator<TestWorkbook> view(String attribute) {
        return inSheet(
                "<sheetFormatPr ",
                "<sheetViews><sheetView " + attribute + " workbookViewId=\"0\"/></sheetViews><sheetFormatPr ");
    }

    private static TestWorkbook bulk(TestWorkbook workbook) {
        TestWorkbook bulky = workbook;
        byte[] part = new byte[900_000];
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) (i % 61 == 0 ? i / 61 : 'a');
        }
        for (int i = 1; i < 30; i++) {
            bulky = bulky.with("xl/theme/theme" + i + ".xml", part);
        }
        return bulky;
    }

    private static TestWorkbook crowd(TestWorkbook workbook) {
        TestWorkbook crowded = workbook;
        for (int i = 1; i < 101; i++) {
            crowded = crowded.with("xl/theme/theme" + i + ".xml", "<a/>");
        }
        return crowded;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesAtItsPlace(String what, String message, byte[] workbook) {
        assertThat(problems(workbook))
                .anySatisfy(
                        problem -> assertThat(problem).startsWith("limits.xlsx").contains(message));
    }

    @Test
    void whatSpreadsheetProgramsAndLibrariesWriteOfThemselvesIsRead() {
        TestWorkbook workbook = table().with(
                        SHEET,
                        "<sheetFormatPr defaultRowHeight=\"15\"/>",
                        "<sheetViews><sheetView showFormulas=\"false\" showZeros=\"true\" workbookViewId=\"0\"/>"
                                + "</sheetViews><sheetFormatPr baseColWidth=\"8\" defaultColWidth=\"11.53515625\""
                                + " defaultRowHeight=\"12.8\" zeroHeight=\"false\"/><cols><col min=\"1\" max=\"2\""
                                + " width=\"9.140625\" customWidth=\"1\"/></cols>")
                .with(SHEET, "<row r=\"7\"", "<row r=\"7\" ht=\"15.75\" customHeight=\"1\"")
                .with(SHEET, "r=\"C7\" ", "r=\"C7\" s=\"6\" ")
                .with(SHEET, "r=\"D7\" ", "r=\"D7\" s=\"0\" ");

        assertThat(problems(workbook.bytes())).isEmpty();
    }

    @Test
    void mergedCellsWithNothingBehindThemAreRead() {
        String beside =
                pairs(998).replace("</mergeCells>", merged("A1:E1", "A3:A4").replace("<mergeCells>", ""));

        assertThat(problems(table().with(SHEET, "</sheetData>", "</sheetData>" + beside)
                        .bytes()))
                .isEmpty();
    }

    @Test
    void encryptedAndOldWorkbooksAreRefused() {
        byte[] ole = new byte[600];
        byte[] start = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1};
        System.arraycopy(start, 0, ole, 0, start.length);

        assertThat(problems(ole))
                .containsExactly(
                        "limits.xlsx: is encrypted, or of the old form .xls; save it as .xlsx without a password");
    }

    @Test
    void headersThatDisagreeAreRefused() {
        byte[] workbook = table().bytes();
        String latin = new String(workbook, StandardCharsets.ISO_8859_1);
        // The first of the two places is the local header.
        byte[] changed = latin.replaceFirst("xl/styles\\.xml", "xl/styler.xml").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(problems(changed)).containsExactly("limits.xlsx: is a broken archive");
    }

    @Test
    void whatIsBehindTheArchiveIsRefused() {
        byte[] workbook = table().bytes();
        byte[] longer = Arrays.copyOf(workbook, workbook.length + 1);

        assertThat(problems(longer)).containsExactly("limits.xlsx: is no .xlsx workbook");
    }
}

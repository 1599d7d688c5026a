package dev.writ.rules;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A workbook as spreadsheet programs write it, part by part. */
record TestWorkbook(Map<String, byte[]> parts) {

    private static final String MAIN = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private static final String RELATIONS =
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    private static final String TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

    /** One sheet, called {@code limits}, of rows of cells; numbers and flags are stored as such. */
    static TestWorkbook of(List<List<String>> rows) {
        StringBuilder sheet = new StringBuilder("<sheetData>");
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            sheet.append("<row r=\"").append(row + 1).append("\">");
            for (int column = 0; column < rows.get(row).size(); column++) {
                String value = rows.get(row).get(column);
                if (!value.isEmpty()) {
                    sheet.append("<c r=\"").append((char) ('A' + column)).append(row + 1);
                    sheet.append(cell(value, texts)).append("</c>");
                }
            }
            sheet.append("</row>");
        }
        sheet.append("</sheetData>");
        StringBuilder shared = new StringBuilder("<sst " + MAIN + ">");
        texts.forEach(text -> shared.append("<si><t>").append(text).append("</t></si>"));
        return new TestWorkbook(new LinkedHashMap<>())
                .with("[Content_Types].xml", "<Types/>")
                .with(
                        "_rels/.rels",
                        RELATIONS + "<Relationship Id=\"rId1\" Type=\"" + TYPE
                                + "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")
                .with(
                        "xl/workbook.xml",
                        "<workbook " + MAIN + " xmlns:r=\"" + TYPE.substring(0, TYPE.length() - 1)
                                + "\"><sheets><sheet name=\"limits\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
                .with(
                        "xl/_rels/workbook.xml.rels",
                        RELATIONS + "<Relationship Id=\"rId1\" Type=\"" + TYPE
                                + "worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>")
                .with(
                        "xl/styles.xml",
                        "<styleSheet " + MAIN + "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/>"
                                + "<numFmt numFmtId=\"165\" formatCode=\";;;\"/>"
                                + "<numFmt numFmtId=\"166\" formatCode=\"&quot;few&quot;\"/></numFmts>"
                                + "<cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
                                + "<xf numFmtId=\"14\"/><xf numFmtId=\"9\"/><xf numFmtId=\"164\"/><xf numFmtId=\"2\"/>"
                                + "<xf numFmtId=\"1\"/><xf numFmtId=\"49\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/>"
                                + "</cellXfs></styleSheet>")
                .with("xl/sharedStrings.xml", shared.append("</sst>").toString())
                .with(
                        "xl/worksheets/sheet1.xml",
                        "<worksheet " + MAIN + "><sheetFormatPr defaultRowHeight=\"15\"/>" + sheet + "</worksheet>");
    }

    private static String cell(String value, List<String> texts) {
        if (value.matches("-?[0-9.]+(E-?[0-9]+)?")) {
            return "\"><v>" + value + "</v>";
        } else if (value.equals("TRUE") || value.equals("FALSE")) {
            return "\" t=\"b\"><v>" + (value.equals("TRUE") ? 1 : 0) + "</v>";
        }
        texts.add(value.replace("&", "&amp;").replace("<", "&lt;"));
        return "\" t=\"s\"><v>" + (texts.size() - 1) + "</v>";
    }

    TestWorkbook with(String part, String xml) {
        return with(part, xml.getBytes(StandardCharsets.UTF_8));
    }

    TestWorkbook with(String part, byte[] content) {
        Map<String, byte[]> more = new LinkedHashMap<>(parts);
        more.put(part, content);
        return new TestWorkbook(more);
    }

    /** The workbook with a piece of a part replaced. */
    TestWorkbook with(String part, String old, String now) {
        String xml = new String(parts.getOrDefault(part, new byte[0]), StandardCharsets.UTF_8);
        if (!xml.contains(old)) {
            throw new IllegalArgumentException(part + " has no " + old + ": " + xml);
        }
        return with(part, xml.replace(old, now));
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}

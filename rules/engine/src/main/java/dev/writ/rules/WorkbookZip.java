package dev.writ.rules;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The parts of a workbook's archive, read by its central directory as spreadsheet programs do, so that no other reader sees other
 * parts; what both headers do not say alike is refused. Bounded in parts, bytes and rate of compression.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE 4.3.6</a>
 */
final class WorkbookZip {

    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_LENGTH = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int ENCRYPTED = 0x2041;
    private static final int DEFLATED = 8;
    private static final long OLE = 0xe11ab1a1e011cfd0L;

    /** What a table needs, and what spreadsheet programs add to it that says nothing about cells. */
    private static final Pattern PART = Pattern.compile("\\[Content_Types]\\.xml|_rels/\\.rels"
            + "|docProps/(app|core|custom)\\.xml|docMetadata/LabelInfo\\.xml"
            + "|xl/(workbook|sharedStrings|styles)\\.xml|xl/_rels/workbook\\.xml\\.rels|xl/theme/theme[0-9]{1,3}\\.xml"
            + "|xl/worksheets/sheet[0-9]{1,3}\\.xml|xl/worksheets/_rels/sheet[0-9]{1,3}\\.xml\\.rels"
            + "|xl/printerSettings/printerSettings[0-9]{1,3}\\.bin");

    private record Entry(String name, int method, long crc, int packed, int size, int header) {}

    private final String file;
    private final ByteBuffer bytes;

    private WorkbookZip(String file, byte[] content) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Unpacks the parts, by name.
     *
     * @throws SyntaxException if that is no workbook, or holds more than tables
     */
    static Map<String, byte[]> parts(String file, byte[] content) {
        WorkbookZip zip = new WorkbookZip(file, content);
        try {
            return zip.unpack(zip.directory());
        } catch (IndexOutOfBoundsException | IllegalArgumentException | DataFormatException cut) {
            throw zip.refused("is a broken archive");
        }
    }

    private List<Entry> directory() {
        if (bytes.limit() >= Long.BYTES && bytes.getLong(0) == OLE) {
            throw refused("is encrypted, or of the old form .xls; save it as .xlsx without a password");
        }
        int end = bytes.limit() - END_LENGTH;
        if (end < 0 || bytes.getInt(end) != END) {
            throw refused("is no .xlsx workbook");
        }
        int count = unsigned(end + 10);
        int at = bytes.getInt(end + 16);
        if (count > Limits.WORKBOOK_PARTS) {
            throw refused("a workbook has at most " + Limits.WORKBOOK_PARTS + " parts");
        }
        if (unsigned(end + 8) != count || bytes.getInt(end + 4) != 0 || at + bytes.getInt(end + 12) != end) {
            throw refused("is a broken archive");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (at < 0 || bytes.getInt(at) != CENTRAL) {
                throw refused("is a broken archive");
            }
            entries.add(entry(at));
            at += CENTRAL_LENGTH + unsigned(at + 28) + unsigned(at + 30) + unsigned(at + 32);
        }
        if (at != end) {
            throw refused("is a broken archive");
        }
        return entries;
    }

    private Entry entry(int at) {
        String name = name(at + CENTRAL_LENGTH, unsigned(at + 28));
        if (name.endsWith("vbaProject.bin")) {
            throw refused("holds macros; save it as .xlsx without them");
        }
        if (name.startsWith("xl/externalLinks/")) {
            throw refused("links to other files; a table says all it says itself");
        }
        if (!PART.matcher(name).matches()) {
            throw refused("holds '" + shown(name) + "', which no table needs; save the cells alone as a new workbook");
        }
        if ((unsigned(at + 8) & ENCRYPTED) != 0) {
            throw refused("is encrypted; save it without a password");
        }
        return new Entry(
                name,
                unsigned(at + 10),
                Integer.toUnsignedLong(bytes.getInt(at + 16)),
                bytes.getInt(at + 20),
                bytes.getInt(at + 24),
                bytes.getInt(at + 42));
    }

    private Map<String, byte[]> unpack(List<Entry> entries) throws DataFormatException {
        Map<String, byte[]> parts = new TreeMap<>();
        long total = 0;
        long free = 0;
        for (Entry entry :
                entries.stream().sorted(Comparator.comparing(Entry::header)).toList()) {
            total += Integer.toUnsignedLong(entry.size());
            boolean bomb = entry.size() < 0
                    || entry.packed() < 0
                    || entry.size() > (long) entry.packed() * Limits.WORKBOOK_RATIO + Limits.WORKBOOK_SMALL_PART;
            if (bomb || total > Limits.WORKBOOK_BYTES) {
                throw refused("unpacks to too much: at most " + Limits.WORKBOOK_BYTES + " bytes, and "
                        + Limits.WORKBOOK_RATIO + " times the packed ones in a part");
            }
            if (entry.header() < free || bytes.getInt(entry.header()) != LOCAL) {
                throw refused("is a broken archive");
            }
            int nameLength = unsigned(entry.header() + 26);
            int data = entry.header() + LOCAL_LENGTH + nameLength + unsigned(entry.header() + 28);
            free = (long) data + entry.packed();
            boolean same = name(entry.header() + LOCAL_LENGTH, nameLength).equals(entry.name())
                    && unsigned(entry.header() + 8) == entry.method()
                    && free <= bytes.limit();
            if (!same || parts.put(entry.name(), unpack(entry, data)) != null) {
                throw refused("is a broken archive");
            }
        }
        return parts;
    }

    private byte[] unpack(Entry entry, int data) throws DataFormatException {
        byte[] packed = new byte[entry.packed()];
        bytes.get(data, packed);
        byte[] part = entry.method() == DEFLATED ? inflated(packed, entry.size()) : packed;
        CRC32 crc = new CRC32();
        crc.update(part);
        if (part.length != entry.size() || crc.getValue() != entry.crc()) {
            throw refused("is a broken archive");
        }
        return part;
    }

    private static byte[] inflated(byte[] packed, int size) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] part = new byte[size];
            int length = inflater.inflate(part);
            return inflater.inflate(new byte[1]) == 0 && inflater.finished() && length == size ? part : new byte[0];
        } finally {
            inflater.end();
        }
    }

    private String name(int at, int length) {
        byte[] name = new byte[length];
        bytes.get(at, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static String shown(String name) {
        String visible = name.replaceAll("[^ -~]", "?");
        return visible.length() <= 80 ? visible : visible.substring(0, 80) + "...";
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private SyntaxException refused(String message) {
        return new SyntaxException(BundleProblem.ofFile(file, message));
    }
}

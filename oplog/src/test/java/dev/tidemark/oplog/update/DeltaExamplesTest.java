package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaExamplesTest {

  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{_id:1,a:1,b:2,c:3} | {d:{a:false},u:{b:9},i:{z:0}} | {_id:1,b:9,c:3,z:0}",
        "{_id:1,f:1,g:2} | {i:{f:7,n:2}} | {_id:1,g:2,f:7,n:2}",
        "{_id:1} | {u:{p:1},i:{q:2}} | {_id:1,p:1,q:2}",
        "{_id:1,r:[1,{x:1},3,4]} | {sr:{a:true,l:3,s1:{u:{x:2}},u2:30}} | {_id:1,r:[1,{x:2},30]}",
        "{r:[0]} | {sr:{a:true,u3:1}} | {r:[0,null,null,1]}",
        "{r:[0]} | {sr:{a:true,l:3}} | {r:[0,null,null]}",
        "{r:[]} | {sr:{a:true,s1:{u:{x:2}}}} | {r:[null,null]}",
        "{o:5,k:1} | {so:{u:{x:1}}} | {o:null,k:1}",
        "{k:1} | {so:{u:{x:1}}} | {k:1}",
        "{r:{z:1}} | {sr:{a:true,u0:1}} | {r:null}",
        "{a:{b:0}} | {i:{`a.b`:1}} | {a:{b:0},`a.b`:1}",
        "{r:[1,2,3]} | {sr:{a:true,l:0}} | {r:[]}",
        "{r:[[1],5]} | {sr:{a:true,s0:{a:true,u1:2},s1:{a:true,u0:1}}} | {r:[[1,2],null]}",
        "{a:{b:1}} | {s:{u:{x:1}}} | {a:{b:1}}",
        "{``:{b:1}} | {s:{u:{b:2}}} | {``:{b:2}}",
        "{a:1,b:2} | {u:{z:1,b:3,y:2}} | {a:1,b:3,z:1,y:2}",
        "{a:1} | {d:{},u:{},i:{},b:{}} | {a:1}",
        "{a:{b:{c:1}}} | {sa:{sb:{u:{c:2}},sx:{u:{c:2}}}} | {a:{b:{c:2}}}"
      })
  void shouldMakeDocumentWhenDeltaIsApplied(String before, String diff, String after) {
    assertThat(apply(before, diff)).isEqualTo(Documents.parse(json(after)));
  }

  @Test
  void shouldPatchBytesAndKeepSubtypeWhenValueIsBinary() {
    assertThat(apply(binary("YWJj", "80"), patch(2, "ZGVm"))).isEqualTo(binary("YWJkZWY=", "80"));
  }

  @Test
  void shouldAppendBytesWhenPatchBeginsAtEnd() {
    assertThat(apply(binary("YWJj", "00"), patch(3, "ZGVm"))).isEqualTo(binary("YWJjZGVm", "00"));
  }

  @Test
  void shouldLeaveBinaryWhenItIsShorterThanPatchOffset() {
    BsonSlice before = Documents.parse(json(binaryJson("YWJj", "00")));

    assertThat(apply(binaryJson("YWJj", "00"), patch(4, "ZGVm"))).isEqualTo(before);
  }

  private BsonSlice apply(BsonSlice before, String diff) {
    return applier.apply(before, Documents.parse("{$v: 2, diff: " + json(diff) + "}"));
  }

  private BsonSlice apply(String before, String diff) {
    return apply(Documents.parse(json(before)), diff);
  }

  private static BsonSlice binary(String base64, String subtype) {
    return Documents.parse(binaryJson(base64, subtype));
  }

  private static String binaryJson(String base64, String subtype) {
    return "{c: {$binary: {base64: '" + base64 + "', subType: '" + subtype + "'}}}";
  }

  private static String patch(int offset, String base64) {
    return "{b: {c: {o: " + offset + ", d: {$binary: {base64: '" + base64 + "', subType: '00'}}}}}";
  }

  private static String json(String text) {
    return text.replace('`', '\'');
  }
}

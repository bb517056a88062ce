; A function whose code shows a multiplication, a literal load and a return.
target datalayout = "e-m:e-p:32:32-i8:8:32-i16:16:32-i64:64-n32"
target triple = "xtensa-none-elf"
define i32 @smoke(i32 %a, i32 %b) {
  %m = mul i32 %a, %b
  %s = add i32 %m, 305419896
  ret i32 %s
}
